import { Button } from '../ui/Button'
import { formatDuration } from '../ui/format'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Stat } from '../ui/Stat'
import { formatAmount } from '../wallet/amount'
import type { BroadcastFigures } from './BroadcastState'
import type { TopUp } from './useTopUp'

export type DepositLeftProps = {
  figures: Pick<BroadcastFigures, 'leftMs' | 'hourWei' | 'isUsedUp'>
  topUp: TopUp
}

/** How long the deposit lasts, a warning before it is used up, and the button that adds to it. Scripts read `data-left-ms`. */
export function DepositLeft({ figures: { leftMs, hourWei, isUsedUp }, topUp }: DepositLeftProps) {
  const { isBusy, problem, blocked, onAdd } = topUp
  // A deposit that is used up does not last longer with more ether: the reserve of the job is spent. `trouble` says what to do.
  const warning = isUsedUp ? undefined : warningOf(leftMs)
  const isShort = warning === lastMinutes
  const isNeeded = hourWei > 0n && !isUsedUp
  return (
    <div className="mb-5 space-y-4" data-testid="deposit-left" data-left-ms={leftMs}>
      {warning && <Notice tone={isShort ? 'bad' : 'warn'} problem={warning} />}
      <div className="flex flex-wrap items-end justify-between gap-3">
        <dl>
          <Stat name="Deposit lasts" hint={isNeeded ? `${formatAmount(hourWei)} for an hour more` : undefined}>
            {leftMs === undefined ? 'reading the chain' : timeOf(isUsedUp ? 0 : leftMs)}
          </Stat>
        </dl>
        {isNeeded && (
          <Button look="outline" size="small" busy={isBusy} disabled={blocked !== undefined} onClick={onAdd}>
            Add an hour
          </Button>
        )}
      </div>
      {isNeeded && blocked && <Notice tone="info" problem={blocked} />}
      {isNeeded && problem && <Notice problem={problem} />}
    </div>
  )
}

const timeOf = (leftMs: number): string => (Number.isFinite(leftMs) ? formatDuration(leftMs) : 'without limit')

const minuteMs = 60_000

// The sentences do not contain the exact time: a screen reader reads an alert again if its text changes.
function warningOf(leftMs: number | undefined): Problem | undefined {
  if (leftMs === undefined || leftMs >= 10 * minuteMs) return undefined
  return leftMs < 2 * minuteMs ? lastMinutes : tenMinutes
}

const tenMinutes: Problem = {
  sentence: 'The deposit lasts for less than 10 minutes.',
  nextStep: 'Press “Add an hour”. The stream goes on meanwhile.',
}

const lastMinutes: Problem = {
  sentence: 'The deposit lasts for less than 2 minutes.',
  nextStep: 'Press “Add an hour” now. When the deposit is used up, viewers see nothing new, and the stream ends.',
}
