import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'

export function FailedCard({ problem, busy, onReset }: { problem: Problem; busy: boolean; onReset(): void }) {
  return (
    <Card heading="Not on air">
      <Notice tone="bad" problem={problem} />
      <Button size="large" className="mt-4 w-full" busy={busy} onClick={onReset}>
        Try again
      </Button>
    </Card>
  )
}
