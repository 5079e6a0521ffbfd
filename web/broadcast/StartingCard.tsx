import { Card } from '../ui/Card'
import { Steps } from '../ui/Steps'
import type { StartingStep } from './BroadcastState'

const steps: readonly { id: StartingStep; label: string; hint: string }[] = [
  { id: 'wallet', label: 'Confirmed in the wallet', hint: 'Your wallet shows the deposit. Confirm it there.' },
  { id: 'job', label: 'Job on the chain', hint: 'Waiting for the next block.' },
  { id: 'transcoder', label: 'Transcoder chosen', hint: 'Drawn by stake from those at or below your price.' },
  { id: 'connection', label: 'Connected', hint: 'Opening the line to it.' },
]

export function StartingCard({ step }: { step: StartingStep }) {
  return (
    <Card heading="Starting">
      <Steps steps={steps} current={step} />
    </Card>
  )
}
