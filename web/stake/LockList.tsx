import { Button } from '../ui/Button'
import { formatMoment } from '../ui/formatMoment'
import { formatLpt } from '../wallet/amount'
import { isWithdrawable, type Lock, type Position } from './Position'
import type { Staking } from './Staking'
import * as TimedRound from './TimedRound'
import type { StakeFlow } from './useStakeFlow'

export type LockListProps = { position: Position; staking: Staking; onAsk: StakeFlow['onAsk'] }

/** The unbonding locks of an account. Renders nothing if there are no locks. */
export function LockList({ position, staking, onAsk }: LockListProps) {
  if (position.locks.length === 0) return null
  return (
    <section aria-labelledby="locks" className="mt-5 border-line border-t pt-4">
      <h3 id="locks" className="text-[13px] text-ink-soft">
        Unstaking
      </h3>
      <ul className="mt-1 divide-y divide-line">
        {position.locks.map((lock) => (
          <LockItem key={String(lock.id)} lock={lock} position={position} staking={staking} onAsk={onAsk} />
        ))}
      </ul>
    </section>
  )
}

function LockItem({ lock, position, staking: { round }, onAsk }: LockListProps & { lock: Lock }) {
  const isFree = isWithdrawable(lock, round)
  return (
    <li
      data-testid="lock"
      data-amount-wei={String(lock.amount)}
      data-withdrawable={isFree}
      className="flex flex-wrap items-center justify-between gap-2 py-3"
    >
      <div>
        <p className="font-semibold tabular-nums">{formatLpt(lock.amount)}</p>
        <p className="text-[13px] text-ink-soft tabular-nums">
          {isFree
            ? 'Can be withdrawn now'
            : `Can be withdrawn after ${formatMoment(TimedRound.timeOf(round, lock.withdrawBlock), Date.now())}`}
        </p>
      </div>
      <div className="flex gap-2">
        <Button
          size="small"
          look="quiet"
          onClick={() => onAsk({ kind: 'rebond', lock, to: position.delegate ?? lock.delegate })}
        >
          Stake again
        </Button>
        {isFree && (
          <Button size="small" onClick={() => onAsk({ kind: 'withdrawStake', lock })}>
            Withdraw
          </Button>
        )}
      </div>
    </li>
  )
}
