/** The length of the block range that an RPC accepts in one request for events. It is learned from the RPC's answers. */
export type RangeLimit = {
  /** Number of blocks in the next request. */
  blocks: bigint
  /**
   * Length of the shortest range that was refused. A range of this length or longer is tried again only after
   * `answersBeforeRetry` answers.
   */
  refused: bigint | undefined
  /** Number of full ranges that were answered since `refused` was set. */
  answers: number
}

const maxBlocks = 10_000n
/** A refusal can depend on the number of events in the range. After this number of answers a longer range is tried again. */
const answersBeforeRetry = 64

/** The limit before the first answer. Most public RPCs accept ranges of 1,000 blocks. */
export const unknown: RangeLimit = { blocks: 1_000n, refused: undefined, answers: 0 }

/** After an answer for `blocks` blocks: doubles the length, unless a range of the double length was refused. */
export function afterAnswer(limit: RangeLimit, blocks: bigint): RangeLimit {
  if (blocks < limit.blocks) return limit
  const answers = limit.answers + 1
  const refused = answers < answersBeforeRetry ? limit.refused : undefined
  const double = 2n * limit.blocks < maxBlocks ? 2n * limit.blocks : maxBlocks
  const isRefused = refused !== undefined && double >= refused
  return { blocks: isRefused ? limit.blocks : double, refused, answers: isRefused ? answers : 0 }
}

/** After a refusal of a range of `blocks` blocks (two or more): halves the length. */
export const afterRefusal = (blocks: bigint): RangeLimit => ({
  blocks: blocks / 2n,
  refused: blocks,
  answers: 0,
})
