import { ReviewStep } from '../act/ReviewStep'
import { Button } from '../ui/Button'
import { DialogWindow } from '../ui/DialogWindow'
import type { GovernFlow } from './useGovernFlow'

/** The review of an action. */
export function GovernDialog({ flow }: { flow: GovernFlow }) {
  const { review, isBusy, onInitialize, onClose } = flow
  const remedy = onInitialize && (
    <Button size="small" look="outline" busy={isBusy} onClick={onInitialize}>
      Initialize the round
    </Button>
  )
  return (
    <DialogWindow title={review?.title ?? ''} isOpen={review !== undefined} isBusy={isBusy} onClose={onClose}>
      {review && <ReviewStep flow={flow} review={review} remedy={remedy} />}
    </DialogWindow>
  )
}
