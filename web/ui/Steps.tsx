import Check from 'lucide-react/icons/check'
import { Spinner } from './Spinner'

export type Step = { id: string; label: string; hint?: string }

export type StepsProps = {
  steps: readonly Step[]
  /** The running one; those before it are done. */
  current: string
}

/** A checklist that fills itself. */
export function Steps({ steps, current }: StepsProps) {
  const running = steps.findIndex((step) => step.id === current)
  return (
    <ol className="space-y-4">
      {steps.map((step, index) => {
        const done = index < running
        const active = index === running
        return (
          <li key={step.id} aria-current={active ? 'step' : undefined} className="flex gap-3">
            <span
              className={`mt-px flex size-6 shrink-0 items-center justify-center rounded-full ${done ? 'bg-accent text-surface' : active ? 'text-accent' : 'border border-line-strong'}`}
            >
              {done && <Check className="size-3.5" strokeWidth={3} aria-label="Done" />}
              {active && <Spinner className="size-5" />}
            </span>
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
