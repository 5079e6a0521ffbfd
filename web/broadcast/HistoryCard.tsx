import ChevronDown from 'lucide-react/icons/chevron-down'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { StatusBadge } from '../ui/StatusBadge'
import { formatAmount } from '../wallet/amount'
import type { PastBroadcast } from './PastBroadcast'
import { SettlementBody } from './SettlementBody'
import type { JobActions } from './useJobActions'

const shown = 5

/** The latest broadcasts of this browser with their bills. Renders nothing if there are no broadcasts. */
export function HistoryCard({ history, jobActions }: { history: readonly PastBroadcast[]; jobActions: JobActions }) {
  if (history.length === 0) return null
  return (
    <Card heading="Your broadcasts" data-testid="broadcasts">
      <ul className="-my-2 divide-y divide-line">
        {history.slice(0, shown).map((past) => (
          <li key={past.broadcast.jobId}>
            <Item past={past} jobActions={jobActions} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Item({ past, jobActions }: { past: PastBroadcast; jobActions: JobActions }) {
  const { broadcast, bill, isSettled } = past
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
        <SettlementBody past={past} jobActions={jobActions} />
      </div>
    </details>
  )
}
