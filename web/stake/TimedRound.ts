import { Round } from '@lp/contracts/protocol'

/** The current round, and the times of its blocks. */
export type TimedRound = Round.Round & {
  /** The number of initialized rounds. While this number is zero, there are no rewards, and rates and stakes are never locked. */
  initializedRounds: bigint
  clock: Clock
}

/** A block, the Unix time in milliseconds at which the page first saw the block, and the average time between blocks. */
export type Clock = { block: bigint; timeMs: number; blockTimeMs: number }

/**
 * The clock at a new block. If the page sees a block a moment late, the times on the screen must not move. So the time of the new
 * block is computed from the former clock, if the result differs from `seen.timeMs` by less than 1.5 × `blockTimeMs`.
 */
export function tick(former: Clock | undefined, seen: Clock): Clock {
  if (!former || former.blockTimeMs !== seen.blockTimeMs) return seen
  const timeMs = former.timeMs + Number(seen.block - former.block) * former.blockTimeMs
  return Math.abs(timeMs - seen.timeMs) < 1.5 * seen.blockTimeMs ? { ...seen, timeMs } : seen
}

/** Expected Unix time of a block. */
export const timeOf = ({ clock }: TimedRound, block: bigint): number =>
  clock.timeMs + Number(block - clock.block) * clock.blockTimeMs

/** Expected Unix time at which a round begins. */
export const beginningOf = (round: TimedRound, number: bigint): number =>
  timeOf(round, Round.startBlockOf(round, number))

/** The part of the round that has passed, 0 to 1. */
export const progress = ({ clock, ...round }: TimedRound): number =>
  Math.min(1, Math.max(0, Number(clock.block - round.startBlock) / Number(Round.lengthOf(round))))

/** Whether stakes can change. */
export const isOpen = ({ initializedRounds, initialized }: TimedRound): boolean =>
  initializedRounds === 0n || initialized

/** Whether the round is not initialized and can be initialized now. A round cannot be initialized in its first block. */
export const isDue = (round: TimedRound): boolean => Round.canInitialize(round, round.clock.block)
