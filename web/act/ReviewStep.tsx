import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import type { Review } from './Action'
import type { Flow } from './useFlow'

export type ReviewStepProps = {
  flow: Pick<Flow<never>, 'isReady' | 'isBusy' | 'slow' | 'problem' | 'onConfirm' | 'onClose'>
  review: Review
  /** A button that solves the problem. It is shown beside the problem. */
  remedy?: ReactNode
}

/** Shows the action's effect, its time and its risk, and whether the transaction would succeed now. */
export function ReviewStep({ flow, review, remedy }: ReviewStepProps) {
  const { isReady, isBusy, slow, problem, onConfirm, onClose } = flow
  return (
    <div data-testid="review">
      <dl className="space-y-4 text-sm">
        <Fact name="What happens">{review.happens}</Fact>
        <Fact name="When">{review.when}</Fact>
        <Fact name="What you can lose">{review.risk}</Fact>
      </dl>
      {problem && <Notice problem={problem} className="mt-4" action={remedy} />}
      {slow && <Notice problem={slow} className="mt-4" />}
      <div className="mt-6 grid grid-cols-2 gap-3">
        <Button look="outline" onClick={onClose}>
          {isBusy ? 'Close' : 'Cancel'}
        </Button>
        <Button busy={isBusy} disabled={!isReady && !isBusy} onClick={onConfirm}>
          {review.confirm}
        </Button>
      </div>
      <p role="status" className="mt-3 text-center text-[13px] text-ink-soft">
        {isBusy ? 'Confirm in your wallet, then wait for the next block.' : ' '}
      </p>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="font-medium">{name}</dt>
      <dd className="mt-0.5 text-pretty text-ink-soft leading-relaxed">{children}</dd>
    </div>
  )
}
