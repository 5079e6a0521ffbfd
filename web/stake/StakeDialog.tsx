import { ReviewStep } from '../act/ReviewStep'
import { Button } from '../ui/Button'
import { DialogWindow } from '../ui/DialogWindow'
import { shortAddress } from '../wallet/shortAddress'
import { AmountStep } from './AmountStep'
import type { Staking } from './Staking'
import type { StakeFlow } from './useStakeFlow'

/** Asks for the amount if the action has an amount. After that, shows the review. */
export function StakeDialog({ flow, staking }: { flow: StakeFlow; staking: Staking }) {
  const { draft, review, isBusy, onAmount, onInitialize, onClose } = flow
  const title = review?.title ?? (draft?.kind === 'draftBond' ? `Stake with ${shortAddress(draft.to)}` : 'Unstake')
  const remedy = onInitialize && (
    <Button size="small" look="outline" busy={isBusy} onClick={onInitialize}>
      Initialize the round
    </Button>
  )
  return (
    <DialogWindow title={title} isOpen={draft !== undefined || review !== undefined} isBusy={isBusy} onClose={onClose}>
      {review ? (
        <ReviewStep flow={flow} review={review} remedy={remedy} />
      ) : (
        draft && <AmountStep key={draft.kind} draft={draft} position={staking.position} onAmount={onAmount} />
      )}
    </DialogWindow>
  )
}
