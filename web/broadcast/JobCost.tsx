import { Settlement } from 'lp-relay'
import { formatMoment } from '../ui/formatMoment'
import { Stat } from '../ui/Stat'
import { amountOf } from '../wallet/amount'
import { depositOf } from './Deposit'
import type { PastBroadcast } from './PastBroadcast'

/** What the job of a failed broadcast has cost, and the part of the deposit that the job still holds. */
export function JobCost({ past: { broadcast, settlement } }: { past: PastBroadcast }) {
  const fee = amountOf(broadcast.networkWei)
  const { wei: heldWei, until } = heldOf(settlement)
  const held = amountOf(heldWei)
  return (
    <div
      className="mt-4"
      data-testid="job-cost"
      data-network-wei={String(broadcast.networkWei)}
      data-held-wei={settlement && String(heldWei)}
    >
      <dl className="grid grid-cols-2 gap-4">
        <Stat name="Network fee, paid" unit={fee.unit}>
          {fee.value}
        </Stat>
        {heldWei > 0n && (
          <Stat name="Reserved for the job" unit={held.unit} hint={until}>
            {held.value}
          </Stat>
        )}
      </dl>
      <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
        {sentencesOf({ broadcast, settlement }, heldWei).join(' ')}
      </p>
    </div>
  )
}

/** The amount that the job still holds, and a text about the time of its release. */
function heldOf(settlement: PastBroadcast['settlement']): { wei: bigint; until?: string } {
  if (!settlement) return { wei: 0n }
  const { clock, job } = settlement
  const reserved = job.reserveWei + Settlement.heldFineWei(settlement)
  const { heldWei: wei, heldUntilMs } = depositOf({ deposit: 0n, reserved }, [settlement])
  const moment = formatMoment(heldUntilMs ?? Settlement.timeOf(clock, job.claimDeadline), Date.now())
  // `heldUntilMs` is undefined while the job is not over. The broadcaster can end such a job, and then its claim deadline is earlier.
  return { wei, until: heldUntilMs === undefined ? `until ${moment} at the latest` : `until ${moment}` }
}

function sentencesOf(
  { broadcast, settlement }: Pick<PastBroadcast, 'broadcast' | 'settlement'>,
  heldWei: bigint,
): string[] {
  const work = broadcast.segments > 0 ? ['The transcoder’s work is paid from the deposit.'] : []
  if (!settlement)
    return broadcast.final ? work : ['The job also reserves a part of your deposit until the job is over.', ...work]
  if (heldWei === 0n) return ['The job reserves no part of your deposit any more.', ...work]
  const earlier = Settlement.isOver(settlement) ? [] : ['To get it back earlier, end the job under “Your broadcasts”.']
  return ['The reserved amount then returns to your deposit.', ...earlier, ...work]
}
