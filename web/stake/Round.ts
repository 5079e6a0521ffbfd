/** The current round, and the times of its blocks. */
export type Round = {
  number: bigint
  startBlock: bigint
  /** Blocks. */
  length: bigint
  /** First block in which transcoders cannot change their rates. */
  lockBlock: bigint
  isInitialized: boolean
  /**
   * How many rounds were initialized. While it is zero, there are no rewards, and rates and stakes are never locked.
   */
  count: bigint
  clock: Clock
}

/** A block, the Unix time at which the page saw it, and the average time between blocks. */
export type Clock = { block: bigint; timeMs: number; blockTimeMs: number }

/**
 * The clock at a new block. A block that is seen a moment late would move every time on the screen. So the former clock
 * goes on while its error is less than 1.5 blocks.
 */
export function tick(former: Clock | undefined, seen: Clock): Clock {
  if (!former || former.blockTimeMs !== seen.blockTimeMs) return seen
  const timeMs = former.timeMs + Number(seen.block - former.block) * former.blockTimeMs
  return Math.abs(timeMs - seen.timeMs) < 1.5 * seen.blockTimeMs ? { ...seen, timeMs } : seen
}

/** First block of the next round. */
export const endBlock = ({ startBlock, length }: Round): bigint => startBlock + length

/** Expected Unix time of a block. */
export const timeOf = ({ clock }: Round, block: bigint): number =>
  clock.timeMs + Number(block - clock.block) * clock.blockTimeMs

/** Expected Unix time at which a round begins. */
export const beginningOf = (round: Round, number: bigint): number =>
  timeOf(round, round.startBlock + (number - round.number) * round.length)

/** The part of the round that has passed, 0 to 1. */
export const progress = ({ clock, startBlock, length }: Round): number =>
  Math.min(1, Math.max(0, Number(clock.block - startBlock) / Number(length)))

/** Whether stakes can change. */
export const isOpen = ({ count, isInitialized }: Round): boolean => count === 0n || isInitialized

/** Whether transcoders cannot change their rates. */
export const isLocked = ({ clock, lockBlock, count }: Round): boolean => count > 0n && clock.block >= lockBlock

/** Whether the round is not initialized and can be: not in its first block. */
export const isDue = ({ isInitialized, clock, startBlock }: Round): boolean =>
  !isInitialized && clock.block > startBlock
