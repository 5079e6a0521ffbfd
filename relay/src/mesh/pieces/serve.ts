import { fullMeshSize, oneOwnerSize } from './owners'

/** The bytes that a neighbour gave us and took from us. */
export type Contribution = {
  /** Recent bytes: the caller halves both numbers every 10 s. */
  readonly bytesFrom: number
  readonly bytesTo: number
  /** All bytes that we sent to the neighbour since it connected. */
  readonly totalBytesTo: number
}

/**
 * 0: the neighbours that gave us the most bytes, and one random neighbour. 2: neighbours that took much and gave almost nothing, or upload
 * nothing. 1: all other neighbours.
 */
export type Tier = 0 | 1 | 2

const slots = 4
/** A neighbour can be a free-rider only after it took this many bytes, because a new neighbour had no time to give. */
const creditBytes = 128 * 1024
/** A free-rider gives less than this fraction of the bytes that it takes. A neighbour with a weak uplink gives more. */
const leastReturn = 1 / 32

/**
 * The tier of each neighbour, in the order of `contributions`. As in BitTorrent, one slot is optimistic: the neighbour in this slot may
 * have given nothing. `optimistic`: the index of this neighbour. The caller chooses it at random every 10 s.
 */
export function tiersOf(contributions: readonly Contribution[], optimistic: number): Tier[] {
  const order = contributions.map((_, index) => index)
  order.sort((a, b) => bytesFrom(contributions, b) - bytesFrom(contributions, a))
  const best = new Set([...order.slice(0, slots).filter((index) => bytesFrom(contributions, index) > 0), optimistic])
  return contributions.map((contribution, index) => (best.has(index) ? 0 : isFreeRider(contribution) ? 2 : 1))
}

const bytesFrom = (contributions: readonly Contribution[], index: number): number =>
  contributions[index]?.bytesFrom ?? 0

/** Whether a neighbour took much, and gave almost nothing. */
export const isFreeRider = ({ bytesFrom, bytesTo, totalBytesTo }: Contribution): boolean =>
  totalBytesTo > creditBytes && bytesFrom < Math.max(1, leastReturn * bytesTo)

/** A piece that waits in our upload queue. */
export type Waiting = {
  readonly tier: Tier
  /** The number of other neighbours that already hold the piece. The push of a rare piece helps more members. */
  readonly copies: number
  readonly deadlineMs: number
  readonly byteLength: number
}

/**
 * The index of the next upload. Uploads of tier 2 come last. Of the others, the upload with the nearest deadline comes first, then the
 * rarer piece, then the lower tier. `undefined`: the queue is empty.
 */
export function nextUpload(queue: readonly Waiting[]): number | undefined {
  let best: number | undefined
  for (let index = 0; index < queue.length; index++)
    if (best === undefined || isSooner(queue[index] as Waiting, queue[best] as Waiting)) best = index
  return best
}

/** The bytes that go out before a further upload of this tier, if its deadline is the latest. */
export function bytesBefore(queue: readonly Waiting[], tier: Tier): number {
  let sum = 0
  for (const waiting of queue) if (tier === 2 || waiting.tier !== 2) sum += waiting.byteLength
  return sum
}

function isSooner(a: Waiting, b: Waiting): boolean {
  if ((a.tier === 2) !== (b.tier === 2)) return b.tier === 2
  if (a.deadlineMs !== b.deadlineMs) return a.deadlineMs < b.deadlineMs
  if (a.copies !== b.copies) return a.copies < b.copies
  return a.tier < b.tier
}

/** A receiver that gets no answer asks another source after 300 to 900 ms. So an answer must not wait longer than 300 ms. */
const patienceMs = 300

/**
 * Whether the uplink can send a further piece before its deadline, and before the receiver asks another source. If not, we decline, and the
 * receiver asks another neighbour immediately.
 */
export const mayQueue = (
  piece: { byteLength: number; deadlineMs: number },
  { queuedBytes, bytesPerMs, nowMs }: { queuedBytes: number; bytesPerMs: number; nowMs: number },
): boolean =>
  bytesPerMs > 0 && (queuedBytes + piece.byteLength) / bytesPerMs < Math.min(piece.deadlineMs - nowMs, patienceMs)

/** In a room of 18 to 40 members, a member sends each piece to at most this many neighbours. */
const fanOut = 3

/**
 * Whether we give a piece to one more neighbour, after we have given it to `copies` neighbours. Without this limit, the first holders, and
 * the members with the most neighbours, upload several times as much as the others.
 */
export const mayGive = ({ roomSize, copies }: { roomSize: number; copies: number }): boolean =>
  roomSize <= fullMeshSize || roomSize > oneOwnerSize || copies < fanOut

/** The fraction of the uplink that pushes can use. The rest stays free for requested pieces. */
const pushShare = 0.8

/**
 * Whether we push a stripe to one more child. `children`: the number of stripes that we push now, over all neighbours. Only the simulation
 * in `bench/mesh` calls this function.
 */
export const maySubscribe = ({
  children,
  stripeBytesPerMs,
  bytesPerMs,
}: {
  children: number
  stripeBytesPerMs: number
  bytesPerMs: number
}): boolean => (children + 1) * stripeBytesPerMs <= pushShare * bytesPerMs
