import { useId } from 'react'
import { Button } from '../ui/Button'
import { type LimitFieldProps, useLimitForm } from './useLimitForm'

/** The field for the most that this browser may pay. */
export function LimitField(props: LimitFieldProps) {
  const { text, problem, hint, isChanged, onText, onSubmit } = useLimitForm(props)
  const id = useId()
  return (
    <form onSubmit={onSubmit} noValidate>
      <label htmlFor={id} className="font-medium text-sm">
        Stop paying at <span className="font-normal text-ink-soft">in ETH</span>
      </label>
      <div className="mt-2 flex max-w-sm gap-2">
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value)}
          inputMode="decimal"
          autoComplete="off"
          placeholder="No limit"
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          className="h-11 min-w-0 grow rounded-xl border border-line-strong bg-surface px-3.5 tabular-nums placeholder:text-ink-soft aria-invalid:border-live"
        />
        <Button type="submit" look="outline" disabled={!isChanged}>
          Set
        </Button>
      </div>
      <p
        id={`${id}-hint`}
        role={problem ? 'alert' : undefined}
        className={`mt-2 max-w-prose text-pretty text-[13px] leading-relaxed ${problem ? 'text-live' : 'text-ink-soft'}`}
      >
        {problem ?? hint}
      </p>
    </form>
  )
}
