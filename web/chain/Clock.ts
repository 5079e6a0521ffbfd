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
export const timeOf = ({ block: seen, timeMs, blockTimeMs }: Clock, block: bigint): number =>
  timeMs + Number(block - seen) * blockTimeMs
