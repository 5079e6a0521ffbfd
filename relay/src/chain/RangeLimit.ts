/** The number of blocks that an RPC answers for in one question for events, as far as its answers have shown. */
export type RangeLimit = {
  /** Blocks to ask for next. */
  blocks: bigint
  /** The smallest range that was refused. For now no range of this length is tried. */
  refused: bigint | undefined
  /** Full ranges that were answered since `refused` was set. */
  answers: number
}

const maxBlocks = 10_000n
/** A refusal can depend on the number of events: after so many answers a larger range is tried again. */
const answersBeforeRetry = 64

/** Most public RPCs answer for 1,000 blocks. */
export const unknown: RangeLimit = { blocks: 1_000n, refused: undefined, answers: 0 }

/** After an answer for `blocks` blocks: doubles the range, unless the double was refused. */
export function afterAnswer(limit: RangeLimit, blocks: bigint): RangeLimit {
  if (blocks < limit.blocks) return limit
  const answers = limit.answers + 1
  const refused = answers < answersBeforeRetry ? limit.refused : undefined
  const double = 2n * limit.blocks < maxBlocks ? 2n * limit.blocks : maxBlocks
  const isRefused = refused !== undefined && double >= refused
  return { blocks: isRefused ? limit.blocks : double, refused, answers: isRefused ? answers : 0 }
}

/** After a refusal of `blocks` blocks, which are at least two: halves the range. */
export const afterRefusal = (blocks: bigint): RangeLimit => ({
  blocks: blocks / 2n,
  refused: blocks,
  answers: 0,
})
