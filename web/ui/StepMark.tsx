import Check from 'lucide-react/icons/check'
import Minus from 'lucide-react/icons/minus'
import X from 'lucide-react/icons/x'
import { Spinner } from './Spinner'

const looks = {
  done: 'bg-accent text-surface',
  running: 'text-accent',
  waiting: 'border border-line-strong',
  skipped: 'bg-inset text-ink-soft',
  failed: 'bg-live-soft text-live',
}

/** The mark before a line of a checklist. */
export function StepMark({ state }: { state: keyof typeof looks }) {
  return (
    <span className={`mt-px flex size-6 shrink-0 items-center justify-center rounded-full ${looks[state]}`}>
      {state === 'done' && <Check className="size-3.5" strokeWidth={3} aria-label="Done" />}
      {state === 'running' && <Spinner className="size-5" />}
      {state === 'skipped' && <Minus className="size-3.5" strokeWidth={3} aria-label="Not needed" />}
      {state === 'failed' && <X className="size-3.5" strokeWidth={3} aria-label="Failed" />}
    </span>
  )
}
