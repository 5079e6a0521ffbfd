import { fullMeshSize, uniformOf } from './owners'
import { type Member, maxWeight } from './Situation'

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

/**
 * Whether we can expect that a neighbour sends on the pieces that it owns: it took little recently, or gave something back. An attacker can
 * state a large uplink and send nothing. Then only its own neighbours wait for it, and only for some seconds.
 */
export const isReliable = ({ bytesFrom, bytesTo }: Contribution): boolean =>
  bytesTo <= creditBytes || bytesFrom >= leastReturn * bytesTo

/** Whether we name a neighbour to our other neighbours: it has sent us at least one correct piece, and is reliable. */
export const isProven = (contribution: Contribution): boolean => contribution.bytesFrom > 0 && isReliable(contribution)

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

/** In a room of more than 17 members, a member with the mean weight gives each piece to at most this many neighbours. */
const fanOut = 6
/** A receiver that needs a piece within this time gets it without the limit of `mayGive`. Otherwise the relay would have to send the piece. */
const urgentMs = 1_000

/**
 * Whether we give a piece to one more neighbour, after we have given it to `copies` neighbours. `withinMs`: the time after which the
 * receiver cannot use the piece. Without this limit, the first holders, and the members with the most neighbours, upload several times as
 * much as the others. The limit is in proportion to our weight. So equal members upload about equally many bytes, and strong members
 * upload more.
 */
export function mayGive({
  self,
  members,
  seed,
  copies,
  withinMs,
}: {
  self: Member
  members: readonly Member[]
  seed: number
  copies: number
  withinMs: number
}): boolean {
  if (members.length < fullMeshSize || withinMs <= urgentMs) return true
  let weights = Math.min(maxWeight, self.weight)
  for (const { weight } of members) weights += Math.min(maxWeight, weight)
  const share = fanOut * ((self.weight * (members.length + 1)) / weights)
  // A hash of the member and the piece rounds the limit up or down.
  return copies < Math.floor(share + uniformOf(self.seed, seed))
}
