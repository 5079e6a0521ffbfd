import { StepMark } from './StepMark'

export type Step = { id: string; label: string; hint?: string }

export type StepsProps = {
  steps: readonly Step[]
  /** The id of the current step. All steps before it are done. */
  current: string
}

/** A checklist of steps in progress. */
export function Steps({ steps, current }: StepsProps) {
  const running = steps.findIndex((step) => step.id === current)
  return (
    <ol className="space-y-4">
      {steps.map((step, index) => {
        const done = index < running
        const active = index === running
        return (
          <li key={step.id} aria-current={active ? 'step' : undefined} className="flex gap-3">
            <StepMark state={done ? 'done' : active ? 'running' : 'waiting'} />
            <span className={done || active ? '' : 'text-ink-soft'}>
              <span className="font-medium">{step.label}</span>
              {active && step.hint !== undefined && <span className="block text-ink-soft text-sm">{step.hint}</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
