/** The present round, and how its blocks lie in time. */
export type Round = {
  number: bigint
  startBlock: bigint
  /** Blocks. */
  length: bigint
  /** First block in which rates stand still. */
  lockBlock: bigint
  /** Somebody has begun it. */
  isInitialized: boolean
  /** Rounds that were begun in all: before the first there is no reward, and nothing stands still. */
  count: bigint
  clock: Clock
}

/** A block, when it was seen, and how long others take. */
export type Clock = { block: bigint; timeMs: number; blockTimeMs: number }

/**
 * The clock at a new block. Whether a block is seen a moment sooner or later must not shake every time on the screen, so
 * the former clock goes on while it is right to about a block.
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

/** How much of it has passed, 0 to 1. */
export const progress = ({ clock, startBlock, length }: Round): number =>
  Math.min(1, Math.max(0, Number(clock.block - startBlock) / Number(length)))

/** Whether stakes can change. */
export const isOpen = ({ count, isInitialized }: Round): boolean => count === 0n || isInitialized

/** Whether rates stand still. */
export const isLocked = ({ clock, lockBlock, count }: Round): boolean => count > 0n && clock.block >= lockBlock

/** Whether somebody should begin it, and already can. */
export const isDue = ({ isInitialized, clock, startBlock }: Round): boolean =>
  !isInitialized && clock.block > startBlock
