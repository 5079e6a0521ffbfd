import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { JobCost } from './JobCost'
import type { PastBroadcast } from './PastBroadcast'

export type FailedCardProps = {
  problem: Problem
  /** The broadcast that has failed. Undefined if its job was not posted. */
  past: PastBroadcast | undefined
  busy: boolean
  onReset(): void
}

export function FailedCard({ problem, past, busy, onReset }: FailedCardProps) {
  return (
    <Card heading="Not on air">
      <Notice tone="bad" problem={problem} />
      {past && <JobCost past={past} />}
      <Button size="large" className="mt-4 w-full" busy={busy} onClick={onReset}>
        Try again
      </Button>
    </Card>
  )
}
