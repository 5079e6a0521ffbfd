import { Round } from '@lp/contracts/protocol'
import * as Clock from '../chain/Clock'

/** The current round, and the times of its blocks. */
export type TimedRound = Round.Round & {
  /** The number of initialized rounds. While this number is zero, there are no rewards, and rates and stakes are never locked. */
  initializedRounds: bigint
  clock: Clock.Clock
}

/** Expected Unix time of a block. */
export const timeOf = ({ clock }: TimedRound, block: bigint): number => Clock.timeOf(clock, block)

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
