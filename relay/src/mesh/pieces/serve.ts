/** The bytes that we received from a neighbour, and the bytes that we sent to it, in the last half minute. */
export type Contribution = { readonly bytesFrom: number; readonly bytesTo: number }

/** 0: the best contributors and one neighbour chosen at random. 1: the others. 2: neighbours that took much and gave nothing. */
export type Tier = 0 | 1 | 2

const slots = 4
/** A neighbour that gave nothing is a free-rider only after it took this many bytes. A new neighbour had no time to give. */
const creditBytes = 512 * 1024

/**
 * The tier of each neighbour, in the order of `contributions` (tit-for-tat, with one optimistic slot). `optimistic`: the index of
 * the neighbour in the optimistic slot. The caller chooses another neighbour every 10 s.
 */
export function tiersOf(contributions: readonly Contribution[], optimistic: number): Tier[] {
  const order = contributions.map((_, index) => index)
  order.sort((a, b) => bytesFrom(contributions, b) - bytesFrom(contributions, a))
  const best = new Set([...order.slice(0, slots).filter((index) => bytesFrom(contributions, index) > 0), optimistic])
  return contributions.map((contribution, index) => (best.has(index) ? 0 : isFreeRider(contribution) ? 2 : 1))
}

const bytesFrom = (contributions: readonly Contribution[], index: number): number =>
  contributions[index]?.bytesFrom ?? 0

const isFreeRider = ({ bytesFrom, bytesTo }: Contribution): boolean => bytesFrom === 0 && bytesTo > creditBytes

/** A piece that waits in our upload queue. */
export type Waiting = {
  readonly tier: Tier
  /** The number of other neighbours that already hold the piece. The push of a rare piece helps more members. */
  readonly copies: number
  readonly deadlineMs: number
  readonly byteLength: number
}

/**
 * The index of the next upload: the free-riders last, then the nearest deadline, then the rarer piece, then the better contributor.
 * `undefined`: the queue is empty.
 */
export function nextUpload(queue: readonly Waiting[]): number | undefined {
  let best: number | undefined
  for (let index = 0; index < queue.length; index++)
    if (best === undefined || isSooner(queue[index] as Waiting, queue[best] as Waiting)) best = index
  return best
}

function isSooner(a: Waiting, b: Waiting): boolean {
  if ((a.tier === 2) !== (b.tier === 2)) return b.tier === 2
  if (a.deadlineMs !== b.deadlineMs) return a.deadlineMs < b.deadlineMs
  if (a.copies !== b.copies) return a.copies < b.copies
  return a.tier < b.tier
}

/** Whether the uplink can send a further piece before its deadline. If not, we decline, and the receiver asks another neighbour. */
export const mayQueue = (
  piece: { byteLength: number; deadlineMs: number },
  { queuedBytes, bytesPerMs, nowMs }: { queuedBytes: number; bytesPerMs: number; nowMs: number },
): boolean => bytesPerMs > 0 && nowMs + (queuedBytes + piece.byteLength) / bytesPerMs < piece.deadlineMs

/** The part of the uplink that pushes may use. The rest stays free for requested pieces. */
const pushShare = 0.8

/** Whether we push a stripe to one more child. `children`: the number of stripes that we push now, over all neighbours. */
export const maySubscribe = ({
  children,
  stripeBytesPerMs,
  bytesPerMs,
}: {
  children: number
  stripeBytesPerMs: number
  bytesPerMs: number
}): boolean => (children + 1) * stripeBytesPerMs <= pushShare * bytesPerMs
