import { useId } from 'react'
import { gainPercent } from '../chain/percent'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Stat } from '../ui/Stat'
import { useYieldForm } from './useYieldForm'
import type { Assumptions } from './Yield'

/** What a stake gains, if the assumptions in the form stay true. */
export function YieldCard({ present }: { present: Assumptions }) {
  const { values, result, isChanged, onText, onReset } = useYieldForm(present)
  const id = useId()
  return (
    <Card
      heading="What a stake earns"
      aside={
        isChanged && (
          <Button size="small" look="quiet" onClick={onReset}>
            Use the present numbers
          </Button>
        )
      }
    >
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Stat name="In a year" hint="rewards stay staked">
          <span data-testid="yield-year">{result ? gainPercent(result.perYear) : '–'}</span>
        </Stat>
        <Stat name="In a round">{result ? gainPercent(result.perRound) : '–'}</Stat>
        <Stat name="All LPT grows" hint="in a year, by new LPT">
          {result ? gainPercent(result.supply) : '–'}
        </Stat>
      </dl>
      <p className="mt-4 max-w-[68ch] text-pretty text-ink-soft text-sm">
        This is no promise. It is true if these numbers stay as they are. The network changes the first number in each
        round, and the other numbers can change too. Fees are not included, and slashes are not included.
      </p>
      <form
        className="mt-4 grid gap-4 sm:grid-cols-2 lg:grid-cols-4"
        onSubmit={(event) => event.preventDefault()}
        noValidate
      >
        {values.map(({ name, label, unit, text, value, least, most }) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`} className="font-medium text-sm">
              {label}
            </label>
            <input
              id={`${id}-${name}`}
              value={text}
              onChange={(event) => onText(name, event.target.value)}
              inputMode="decimal"
              autoComplete="off"
              aria-invalid={value === undefined}
              aria-describedby={`${id}-${name}-unit`}
              className="mt-1 h-11 w-full min-w-0 rounded-xl border border-line-strong bg-surface px-3.5 tabular-nums aria-invalid:border-live"
            />
            <p
              id={`${id}-${name}-unit`}
              className={`mt-1 text-[13px] ${value === undefined ? 'text-live' : 'text-ink-soft'}`}
            >
              {value === undefined ? `Enter a number from ${least} to ${most}.` : unit}
            </p>
          </div>
        ))}
      </form>
    </Card>
  )
}
