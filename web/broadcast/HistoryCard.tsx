import ChevronDown from 'lucide-react/icons/chevron-down'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { StatusBadge } from '../ui/StatusBadge'
import { formatAmount } from '../wallet/amount'
import type { PastBroadcast } from './PastBroadcast'
import type { Found } from './resume/findStored'
import { SettlementBody } from './SettlementBody'
import type { JobActions } from './useJobActions'

const shown = 5

/** The latest broadcasts of this browser with their bills. Renders nothing if there are no broadcasts. */
export function HistoryCard({
  history,
  found,
  jobActions,
}: {
  history: readonly PastBroadcast[]
  found: Found
  jobActions: JobActions
}) {
  if (history.length === 0) return null
  return (
    <Card heading="Your broadcasts" data-testid="broadcasts">
      <ul className="-my-2 divide-y divide-line">
        {history.slice(0, shown).map((past) => (
          <li key={past.broadcast.jobId}>
            <Item past={past} place={placeOf(past, found)} jobActions={jobActions} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

type Place = 'elsewhere' | 'interrupted'

/** Undefined: the broadcast has ended. */
export function placeOf({ broadcast: { jobId } }: PastBroadcast, found: Found): Place | undefined {
  if (found.name === 'elsewhere' && found.jobIds.includes(jobId)) return 'elsewhere'
  return found.name === 'interrupted' && found.stored.jobId === jobId ? 'interrupted' : undefined
}

function Item({ past, place, jobActions }: { past: PastBroadcast; place: Place | undefined; jobActions: JobActions }) {
  const { broadcast, isSettled } = past
  return (
    <details data-testid="broadcast" data-settled={isSettled} data-place={place} className="group/broadcast">
      <summary className="flex min-h-11 list-none items-center gap-3 py-2 text-sm [&::-webkit-details-marker]:hidden">
        <span className="grow tabular-nums">{formatMoment(broadcast.startedAtMs, Date.now())}</span>
        <State past={past} place={place} />
        <ChevronDown
          className="size-4 shrink-0 text-ink-soft transition-transform group-open/broadcast:rotate-180"
          aria-hidden="true"
        />
      </summary>
      <div className="pt-1 pb-3">
        {place === 'elsewhere' ? (
          <p className="text-ink-soft text-sm">This broadcast is live in another tab of this browser.</p>
        ) : (
          <SettlementBody past={past} jobActions={jobActions} />
        )}
      </div>
    </details>
  )
}

function State({ past: { bill, isSettled }, place }: { past: PastBroadcast; place: Place | undefined }) {
  if (place === 'elsewhere') return <StatusBadge tone="live">Live elsewhere</StatusBadge>
  if (place === 'interrupted') return <StatusBadge tone="warn">Interrupted</StatusBadge>
  if (isSettled && bill) return <span className="font-medium tabular-nums">{formatAmount(bill.feesWei)}</span>
  return (
    <StatusBadge tone="neutral" pulsing>
      Settling
    </StatusBadge>
  )
}
