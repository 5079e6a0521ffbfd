import X from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import { Button } from '../../ui/Button'
import { formatMoment } from '../../ui/formatMoment'
import { IconButton } from '../../ui/IconButton'
import { Notice } from '../../ui/Notice'
import { Steps } from '../../ui/Steps'
import { useOpener } from '../../ui/useOpener'
import { CheckResult } from './CheckResult'
import type { CheckStep } from './CheckState'
import type { SegmentToCheck } from './SegmentToCheck'
import { useCheck } from './useCheck'

const steps: readonly { id: CheckStep; label: string; hint?: string }[] = [
  {
    id: 'fetching',
    label: 'Source, renditions and receipt fetched',
    hint: 'A relay sends them, and your browser checks their hashes.',
  },
  { id: 'loading', label: 'ffmpeg loaded', hint: 'The first time, your browser downloads about 30 MB.' },
  { id: 'transcoding', label: 'Transcoded again, in your browser', hint: 'This takes 5 to 20 seconds.' },
  { id: 'comparing', label: 'Compared, bit for bit' },
]

export type CheckDialogProps = { segmentToCheck(): SegmentToCheck | undefined; onClose(): void }

/** The dialog that checks one segment. This module is a large download: import it only when the person opens the check. */
export function CheckDialog({ segmentToCheck, onClose }: CheckDialogProps) {
  const { state, onAgain } = useCheck(segmentToCheck)
  const opener = useOpener()
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          {...opener}
          className="fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] max-w-md -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6 shadow-card"
        >
          <header className="mb-4 flex items-start justify-between gap-3">
            <div>
              <Dialog.Title className="font-semibold text-lg">
                {state ? `Segment ${state.segment.sequenceNumber}` : 'Check a segment'}
              </Dialog.Title>
              {state && (
                <p className="text-ink-soft text-sm">
                  Recorded at {formatMoment(state.segment.startTimeMs, Date.now())}
                </p>
              )}
            </div>
            <Dialog.Close asChild>
              <IconButton label="Close" className="-mt-2 -mr-2">
                <X className="size-5" aria-hidden="true" />
              </IconButton>
            </Dialog.Close>
          </header>
          {!state && (
            <Notice
              tone="info"
              problem={{ sentence: 'There is no segment to check yet.', nextStep: 'Wait until the stream plays.' }}
            />
          )}
          {state?.name === 'working' && <Steps steps={steps} current={state.step} />}
          {state?.name === 'done' && <CheckResult state={state} />}
          {state?.name === 'failed' && <Notice problem={state.problem} />}
          {state?.name !== 'working' && (
            <Button look="outline" className="mt-5 w-full" onClick={onAgain}>
              {state ? 'Check another segment' : 'Try again'}
            </Button>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
