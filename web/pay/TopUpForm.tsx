import { useId } from 'react'
import { Button } from '../ui/Button'
import { type TopUpFormProps, useTopUpForm } from './useTopUpForm'

/** Asks how much goes from the wallet to the deposit. */
export function TopUpForm(props: TopUpFormProps) {
  const { text, problem, hint, onText, onSubmit } = useTopUpForm(props)
  const id = useId()
  return (
    <form onSubmit={onSubmit} noValidate>
      <label htmlFor={id} className="font-medium text-sm">
        Put in <span className="font-normal text-ink-soft">ETH from your wallet</span>
      </label>
      <div className="mt-2 flex max-w-sm gap-2">
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value)}
          inputMode="decimal"
          autoComplete="off"
          placeholder="0.01"
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          className="h-11 min-w-0 grow rounded-xl border border-line-strong bg-surface px-3.5 tabular-nums placeholder:text-ink-soft aria-invalid:border-live"
        />
        <Button type="submit">Top up</Button>
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
