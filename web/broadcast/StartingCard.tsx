import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Steps } from '../ui/Steps'
import type { StartingStep } from './BroadcastState'

const steps: readonly { id: StartingStep; label: string; hint: string }[] = [
  { id: 'reach', label: 'Transcoders reached', hint: 'Checking the connection before anything is paid.' },
  { id: 'wallet', label: 'Confirmed in the wallet', hint: 'Your wallet shows the deposit. Confirm it there.' },
  { id: 'job', label: 'Job on chain', hint: 'Waiting for the next block.' },
  {
    id: 'transcoder',
    label: 'Transcoders drawn',
    hint: 'The draw chooses among the transcoders at or below your price. More stake gives a higher chance.',
  },
  { id: 'connection', label: 'Connected', hint: 'Connecting to the transcoder.' },
]

/** A stored broadcast has its job and its deposit already. */
const stepsAfterReload = steps.filter(({ id }) => id === 'transcoder' || id === 'connection')

export type StartingCardProps = { step: StartingStep; slow?: Problem; isResuming?: true; onCancel(): void }

export function StartingCard({ step, slow, isResuming, onCancel }: StartingCardProps) {
  return (
    <Card heading={isResuming ? 'Your broadcast goes on' : 'Starting'}>
      <Steps steps={isResuming ? stepsAfterReload : steps} current={step} />
      {slow && <Notice problem={slow} className="mt-4" />}
      <Button look="outline" className="mt-5 w-full" onClick={onCancel}>
        Back
      </Button>
    </Card>
  )
}
