import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'

export function FailedCard({ problem, onReset }: { problem: Problem; onReset(): void }) {
  return (
    <Card heading="Not on air">
      <Notice tone="bad" problem={problem} />
      <Button size="large" className="mt-4 w-full" onClick={onReset}>
        Try again
      </Button>
    </Card>
  )
}
