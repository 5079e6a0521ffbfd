import { Round } from '@lp/contracts/protocol'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { StatusBadge } from '../ui/StatusBadge'
import * as TimedRound from './TimedRound'

export type RoundBarProps = { round: TimedRound.TimedRound; onInitialize(): void }

/** Shows the progress of the round and its end. If the round is not initialized, shows a button that initializes it. */
export function RoundBar({ round, onInitialize }: RoundBarProps) {
  const percent = Math.round(100 * TimedRound.progress(round))
  const lockFrom = 100 * (Number(round.lockBlock - round.startBlock) / Number(Round.lengthOf(round)))
  const moment = (block: bigint) => formatMoment(TimedRound.timeOf(round, block), Date.now())
  const ends = moment(round.endBlock)
  return (
    <Card aria-label="Round" data-testid="round-bar" data-round={String(round.number)}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-semibold text-base tabular-nums">Round {String(round.number)}</h2>
        <Standing round={round} />
      </div>
      <div
        role="progressbar"
        aria-label={`Round ${round.number}`}
        aria-valuenow={percent}
        aria-valuetext={`${percent} %, ends ${ends}`}
        className="relative mt-4 h-2.5 overflow-hidden rounded-full bg-inset"
      >
        <div className="absolute inset-y-0 right-0 bg-warn-soft" style={{ left: `${lockFrom}%` }} />
        <div
          className="absolute inset-y-0 left-0 rounded-full bg-accent transition-[width] duration-500 ease-linear"
          style={{ width: `${percent}%` }}
        />
        <div className="absolute inset-y-0 w-0.5 bg-surface" style={{ left: `${lockFrom}%` }} />
      </div>
      <div className="mt-2 flex flex-wrap justify-between gap-x-4 gap-y-1 text-[13px] text-ink-soft tabular-nums">
        <span>
          Ends <span className="text-ink">{ends}</span>
        </span>
        {/* Before the first initialized round, rates are never locked. */}
        {round.initializedRounds > 0n && (
          <span>
            {round.initialized
              ? `Rates are locked from ${moment(round.lockBlock)} to the end`
              : 'Rates are locked until the round is initialized'}
          </span>
        )}
      </div>
      {!round.initialized && (
        <div className="mt-4 flex flex-wrap items-center justify-between gap-3 rounded-xl bg-warn-soft p-4">
          <p className="min-w-0 max-w-[64ch] text-pretty text-sm">
            {round.initializedRounds > 0n
              ? 'This round is not initialized yet. Until it is initialized, stakes cannot change and no rewards are paid. Any account can initialize the round, for a network fee.'
              : 'No round was initialized on this network yet. Before the first round is initialized, no rewards are paid. Any account can initialize the round, for a network fee.'}
          </p>
          <Button size="small" disabled={!TimedRound.isDue(round)} onClick={onInitialize}>
            Initialize the round
          </Button>
        </div>
      )}
    </Card>
  )
}

function Standing({ round }: { round: TimedRound.TimedRound }) {
  if (!round.initialized) return <StatusBadge tone="warn">Not initialized</StatusBadge>
  if (round.locked) return <StatusBadge tone="warn">Rates locked</StatusBadge>
  return <StatusBadge tone="good">Running</StatusBadge>
}
