import ChevronDown from 'lucide-react/icons/chevron-down'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { StatusBadge } from '../ui/StatusBadge'
import { formatAmount } from '../wallet/amount'
import { SettlementBody } from './SettlementBody'
import type { Settling } from './Settling'
import type { Errands } from './useErrands'

const shown = 5

/** The latest broadcasts of this browser with their bills. Nothing, when there was none. */
export function HistoryCard({ history, errands }: { history: readonly Settling[]; errands: Errands }) {
  if (history.length === 0) return null
  return (
    <Card heading="Your broadcasts" data-testid="broadcasts">
      <ul className="-my-2 divide-y divide-line">
        {history.slice(0, shown).map((settling) => (
          <li key={settling.broadcast.jobId}>
            <Item settling={settling} errands={errands} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Item({ settling, errands }: { settling: Settling; errands: Errands }) {
  const { broadcast, bill, isSettled } = settling
  return (
    <details data-testid="broadcast" data-settled={isSettled} className="group/broadcast">
      <summary className="flex min-h-11 list-none items-center gap-3 py-2 text-sm [&::-webkit-details-marker]:hidden">
        <span className="grow tabular-nums">{formatMoment(broadcast.startedAtMs, Date.now())}</span>
        {isSettled && bill ? (
          <span className="font-medium tabular-nums">{formatAmount(bill.feesWei)}</span>
        ) : (
          <StatusBadge tone="neutral" pulsing>
            Settling
          </StatusBadge>
        )}
        <ChevronDown
          className="size-4 shrink-0 text-ink-soft transition-transform group-open/broadcast:rotate-180"
          aria-hidden="true"
        />
      </summary>
      <div className="pt-1 pb-3">
        <SettlementBody settling={settling} errands={errands} />
      </div>
    </details>
  )
}
