import { useId } from 'react'
import { Button } from '../ui/Button'
import { formatLpt } from '../wallet/amount'
import type { Draft } from './Intent'
import type { Position } from './Position'
import { useAmountForm } from './useAmountForm'

export type AmountStepProps = { draft: Draft; position: Position | undefined; onAmount(amount: bigint): void }

/** Asks for an amount. For bonding, the limit is the wallet's balance. For unbonding, the limit is the stake. */
export function AmountStep({ draft, position, onAmount }: AmountStepProps) {
  const isBond = draft.kind === 'draftBond'
  const most = (isBond ? position?.balance : position?.stake) ?? 0n
  const { text, problem, onText, onAll, onSubmit } = useAmountForm(most, onAmount)
  const id = useId()
  return (
    <form onSubmit={onSubmit} noValidate>
      <label htmlFor={id} className="font-medium text-sm">
        How much LPT?
      </label>
      <div className="mt-2 flex gap-2">
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value)}
          inputMode="decimal"
          autoComplete="off"
          placeholder="0"
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          className="h-11 min-w-0 grow rounded-xl border border-line-strong bg-surface px-3.5 text-lg tabular-nums placeholder:text-ink-soft aria-invalid:border-live"
        />
        <Button look="outline" disabled={most === 0n} onClick={onAll}>
          All
        </Button>
      </div>
      <p
        id={`${id}-hint`}
        role={problem ? 'alert' : undefined}
        className={`mt-2 text-sm ${problem ? 'text-live' : 'text-ink-soft'}`}
      >
        {problem ?? (isBond ? `Your wallet holds ${formatLpt(most)}.` : `Your stake is ${formatLpt(most)}.`)}
      </p>
      <Button type="submit" className="mt-5 w-full">
        Review
      </Button>
    </form>
  )
}
