/** The length of the block range that an RPC accepts in one request for events. It is learned from the RPC's answers. */
export type RangeLimit = {
  /** Number of blocks in the next request. */
  blocks: bigint
  /**
   * Length of the shortest range that was refused. A range of this length or longer is tried again only after
   * `answersBeforeRetry` answers.
   */
  refused: bigint | undefined
  /** Number of answers to ranges of `blocks` blocks since `refused` was set. */
  answers: number
}

const maxBlocks = 10_000n
/**
 * After this many answers, a range of the refused length is tried again: the RPC may have refused the number of events in the
 * range, not its length.
 */
const answersBeforeRetry = 64

/** The limit before the first answer. Most public RPCs accept ranges of 1,000 blocks. */
export const unknown: RangeLimit = { blocks: 1_000n, refused: undefined, answers: 0 }

/**
 * The limit after the RPC has answered for a range of `blocks` blocks. Doubles the length, unless the RPC has refused a range of the
 * double length or a shorter range. After an answer for a range that is shorter than the limit, the limit does not change.
 */
export function afterAnswer(limit: RangeLimit, blocks: bigint): RangeLimit {
  if (blocks < limit.blocks) return limit
  const answers = limit.answers + 1
  const refused = answers < answersBeforeRetry ? limit.refused : undefined
  const double = 2n * limit.blocks < maxBlocks ? 2n * limit.blocks : maxBlocks
  const isRefused = refused !== undefined && double >= refused
  return { blocks: isRefused ? limit.blocks : double, refused, answers: isRefused ? answers : 0 }
}

/** The limit after the RPC has refused a range of `blocks` blocks. The next range has half this length. `blocks` must be 2 or more. */
export const afterRefusal = (blocks: bigint): RangeLimit => ({
  blocks: blocks / 2n,
  refused: blocks,
  answers: 0,
})

/** The limit after the RPC has failed for a range of `blocks` blocks. `blocks` must be 2 or more. */
export const afterFailure = (blocks: bigint): RangeLimit => ({
  blocks: blocks < 10n ? 1n : blocks / 10n,
  refused: blocks,
  answers: 0,
})
