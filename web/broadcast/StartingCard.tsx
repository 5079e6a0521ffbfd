import { Card } from '../ui/Card'
import { Steps } from '../ui/Steps'
import type { StartingStep } from './BroadcastState'

const steps: readonly { id: StartingStep; label: string; hint: string }[] = [
  { id: 'wallet', label: 'Confirmed in the wallet', hint: 'Your wallet shows the deposit. Confirm it there.' },
  { id: 'job', label: 'Job on chain', hint: 'Waiting for the next block.' },
  { id: 'transcoder', label: 'Transcoders drawn', hint: 'By stake, from the transcoders at or below your price.' },
  { id: 'connection', label: 'Connected', hint: 'Connecting to the transcoder.' },
]

export function StartingCard({ step }: { step: StartingStep }) {
  return (
    <Card heading="Starting">
      <Steps steps={steps} current={step} />
    </Card>
  )
}
