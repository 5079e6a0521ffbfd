import { formatLpt } from '../wallet/amount'
import { type Poll, reachesQuorum } from './Proposal'

const sides = [
  { key: 'inFavour', name: 'For', color: 'bg-accent' },
  { key: 'against', name: 'Against', color: 'bg-live-fill' },
  { key: 'abstain', name: 'Abstain', color: 'bg-line-strong' },
] as const

/** The stake that has voted on each side, and whether it reaches the quorum. */
export function TallyBars({ poll }: { poll: Poll }) {
  const { tally, quorum } = poll
  const all = tally.inFavour + tally.against + tally.abstain
  const counted = tally.inFavour + tally.abstain
  return (
    <div className="mt-4 max-w-[68ch]">
      <div aria-hidden="true" className="flex h-2.5 overflow-hidden rounded-full bg-inset">
        {sides.map(({ key, color }) => (
          <div key={key} className={color} style={{ width: all === 0n ? 0 : `${partOf(tally[key], all)}%` }} />
        ))}
      </div>
      <dl className="mt-2 grid grid-cols-3 gap-2 text-sm tabular-nums">
        {sides.map(({ key, name }) => (
          <div key={key} className="min-w-0">
            <dt className="text-[13px] text-ink-soft">{name}</dt>
            <dd data-testid={`votes-${key}`} data-wei={String(tally[key])} className="break-words">
              {formatLpt(tally[key])}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-1 text-[13px] text-ink-soft tabular-nums">
        Quorum: {formatLpt(counted)} of {formatLpt(quorum)} {reachesQuorum(poll) ? '(reached)' : '(not reached)'}
      </p>
    </div>
  )
}

const partOf = (amount: bigint, all: bigint): number => Number((amount * 10_000n) / all) / 100
