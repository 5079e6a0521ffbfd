import X from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import { IconButton } from '../ui/IconButton'
import { shortAddress } from '../wallet/shortAddress'
import { AmountStep } from './AmountStep'
import { ReviewStep } from './ReviewStep'
import type { Staking } from './Staking'
import type { Flow } from './useFlow'

/** How much, and then what it means, before the wallet is asked. */
export function StakeDialog({ flow, staking }: { flow: Flow; staking: Staking }) {
  const { draft, review, isBusy, onClose } = flow
  const title = review?.title ?? (draft?.kind === 'draftBond' ? `Stake with ${shortAddress(draft.to)}` : 'Unstake')
  return (
    <Dialog.Root
      open={draft !== undefined || review !== undefined}
      onOpenChange={(open) => open || isBusy || onClose()}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] max-w-md -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6 shadow-card"
        >
          <Dialog.Title className="mb-4 pr-10 font-semibold text-lg">{title}</Dialog.Title>
          {review ? (
            <ReviewStep flow={flow} review={review} />
          ) : (
            draft && <AmountStep key={draft.kind} draft={draft} position={staking.position} onAmount={flow.onAmount} />
          )}
          {/* Last, so that the focus begins at the amount. */}
          <Dialog.Close asChild>
            <IconButton label="Close" disabled={isBusy} className="absolute top-4 right-4">
              <X className="size-5" aria-hidden="true" />
            </IconButton>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
