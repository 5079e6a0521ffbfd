import { ReviewStep } from '../act/ReviewStep'
import { Button } from '../ui/Button'
import { DialogWindow } from '../ui/DialogWindow'
import type { ClaimFlow } from './useClaimFlow'

/** The review of an action. After a claim, the same dialog can show the review of the stake. */
export function ClaimDialog({ flow }: { flow: ClaimFlow }) {
  const { review, isBusy, onInitialize, onClose } = flow
  const remedy = onInitialize && (
    <Button size="small" look="outline" busy={isBusy} onClick={onInitialize}>
      Initialize the round
    </Button>
  )
  return (
    <DialogWindow title={review?.title ?? ''} isOpen={review !== undefined} isBusy={isBusy} onClose={onClose}>
      {/* With a new key, the button of the first step goes away, so the heading of the second step gets the focus (`useKeptFocus`). */}
      {review && <ReviewStep key={review.title} flow={flow} review={review} remedy={remedy} />}
    </DialogWindow>
  )
}
