import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Peer } from '../Peer'
import type { PieceMessage } from '../pieceMessages'
import { keyOf, type Place } from '../SegmentStore'
import { Throughput } from '../Throughput'
import { Allowances } from './Allowances'
import { Holds } from './Holds'
import { seedOf } from './owners'
import { endOf, type PieceWant } from './PieceWant'
import type { Member, Neighbour } from './Situation'
import { isFreeRider, isReliable, type Tier } from './serve'

type Ask = { readonly want: PieceWant; readonly length: number; readonly offset: number; readonly atMs: number }
type Answer = Extract<PieceMessage, { type: 'piece' }>

/**
 * We disconnect a viewer that leaves this many requests in a row without an answer, and has sent neither an answer nor a push for
 * `maxSilenceMs`.
 */
const maxUnanswered = 3
const maxSilenceMs = 1_500
/** Each request allows at least this time, even after the deadline: a player that has stopped at the missing piece still waits for it. */
const leastWithinMs = 1_000
/** A withdrawn request counts as unanswered only if it was open for longer than this. */
const patienceMs = 300
/** We remember this many withdrawn requests, because their answers can still arrive. */
const maxWithdrawn = 64
/** The largest number of segments whose stated length we remember. Fewer segments than this are open at the same time. */
const maxClaims = 32
/** The weight of the newest request in `load`. */
const newestWeight = 0.3
/** The number of neighbours that we assume until a neighbour names them: each viewer searches for 8. */
export const assumedDegree = 8
/** The round trip time that we assume before the first measurement. */
const assumedRttMs = 60

/**
 * A peer with the capability `pieces`. Records the pieces that the peer holds, the levels that it follows, and our requests to the peer.
 */
export class PieceNeighbour implements Neighbour<PieceWant> {
  readonly peer: Peer
  /** The pieces that the neighbour holds, by its statements and by the pieces that it sent. */
  readonly holds = new Holds()
  /** The pieces that we sent to the neighbour. It does not tell us that it holds these pieces. */
  readonly sentPieces = new Holds()
  /** Limits for those messages of the neighbour that cost us time or bytes. */
  readonly allowances = new Allowances()
  readonly isFollowing = true
  member: Member
  /** The StreamIds of the levels that the neighbour plays. */
  follows: ReadonlySet<Hex> = new Set()
  /** For each level, the neighbours of the neighbour, as it told us. */
  circles: ReadonlyMap<Hex, readonly Member[]> = new Map()
  /** The number of members that the neighbour named. */
  degree = assumedDegree
  /** Whether the neighbour has an upload slot (see `Members.chooseSlots`). */
  hasSlot = false
  /**
   * Bytes of checked pieces from the neighbour (without pushes of pieces that we held already), and (`bytesTo`) bytes of pieces that we
   * sent to it. Both are halved every 10 s.
   */
  bytesFrom = 0
  bytesTo = 0
  totalBytesTo = 0
  /** Bytes that we asked the neighbour for, and bytes that it pushed to us. Halved every 10 s. */
  bytesTaken = 0
  isUnpaid = false
  /** When the neighbour last told us a correct header of a part. */
  toldPartMs = Number.NEGATIVE_INFINITY
  /** The bytes of the neighbour's pieces that wait for the checks of the neighbour's headers. */
  waitingBytes = 0
  pendingBytes = 0
  pendingRequests = 0
  rttMs = assumedRttMs
  readonly #throughput = new Throughput()
  readonly #asks = new Map<number, Ask>()
  /** The ids of our withdrawn requests, oldest first. */
  readonly #withdrawn = new Set<number>()
  /** The lengths of whole segments that the neighbour stated. */
  readonly #claims = new Map<string, number>()
  #load = 0
  #requests = 0
  #unanswered = 0
  #heardAtMs: number

  constructor(peer: Peer, nowMs: number) {
    this.peer = peer
    this.#heardAtMs = nowMs
    this.member = { id: peer.id, seed: seedOf(peer.id), weight: 0 }
  }

  /** Whether the peer has proven that it is a relay, or the broadcaster. */
  get isRelay(): boolean {
    return this.peer.role !== 'viewer'
  }

  /** Whether the neighbour is a viewer that sends no pieces. */
  get isSilent(): boolean {
    return !this.isRelay && this.follows.size > 0 && this.member.weight === 0
  }

  /** The neighbour as an owner of pieces. A neighbour that takes and does not give owns nothing. */
  get owner(): Member {
    return isReliable(this) ? this.member : { ...this.member, weight: 0 }
  }

  get tier(): Tier {
    if (this.isSilent) return 2
    return this.hasSlot ? 0 : isFreeRider(this) ? 2 : 1
  }

  /** Bytes per millisecond. `undefined`: no recent measurement. */
  get bytesPerMs(): number | undefined {
    return this.#throughput.at(performance.now())
  }

  /** The neighbour tells us its levels and the weight of its uplink. */
  follow({ levels, weight }: Omit<Extract<PieceMessage, { type: 'follow' }>, 'type'>): void {
    this.follows = new Set(levels.map(({ streamId }) => streamId))
    this.member = { ...this.member, weight }
    if (this.isSilent) this.holds.clear()
  }

  /** The neighbour tells us its neighbours. */
  tellsCircle(levels: Extract<PieceMessage, { type: 'circle' }>['levels']): void {
    const membersOf = (members: readonly { id: Hex; weight: number }[]) =>
      members.map(({ id, weight }) => ({ id, seed: seedOf(id), weight }))
    // A page of before names no neighbours.
    this.degree = Math.max(0, ...levels.map(({ members }) => members.length)) || assumedDegree
    this.circles = new Map(levels.map(({ streamId, members }) => [streamId, membersOf(members)]))
  }

  /** The part of our newest requests that the neighbour declined because it is busy, or did not answer in time. */
  get load(): number {
    return this.#load
  }

  heldSinceMs({ segment, index, offset }: PieceWant): number {
    return this.holds.best(segment, index, offset)?.sinceMs ?? Number.POSITIVE_INFINITY
  }

  /** Asks for the missing bytes of a piece. Does nothing if the neighbour does not hold the piece. */
  ask(want: PieceWant, { nowMs, expectedMs }: { nowMs: number; expectedMs: number }): void {
    const { segment, index, offset, deadlineMs } = want
    const hold = this.holds.best(segment, index, offset)
    if (!hold) return
    this.#requests = (this.#requests + 1) % 2 ** 32 || 1
    const requestId = this.#requests
    const ask = { want, length: hold.length, offset, atMs: nowMs }
    this.#asks.set(requestId, ask)
    this.#count(ask, 1)
    this.bytesTaken += want.byteLength
    want.asked = { neighbourId: this.peer.id, atMs: nowMs, expectedMs }
    const withinMs = Math.round(Math.min(2 ** 31, Math.max(leastWithinMs, deadlineMs - nowMs)))
    this.peer.send({ type: 'ask', requestId, ...segment.place, length: hold.length, index, offset, withinMs })
  }

  /** The neighbour has not answered our request in time. */
  overdue(want: PieceWant, nowMs: number): void {
    this.#weighAnswer(false)
    const elapsedMs = Math.max(1, 2 * (nowMs - (want.asked?.atMs ?? nowMs)))
    this.#throughput.sample({ bytes: want.byteLength, elapsedMs, nowMs })
  }

  /** Withdraws our request for a piece: another source was faster, the neighbour is too slow, or the player does not need the piece. */
  withdraw(want: PieceWant): void {
    for (const [requestId, ask] of this.#asks) {
      if (ask.want !== want || this.#withdrawn.has(requestId)) continue
      this.#withdrawn.add(requestId)
      this.#count(ask, -1)
      this.peer.send({ type: 'withdraw', requestId })
      const nowMs = performance.now()
      if (nowMs - ask.atMs > patienceMs && this.#heardAtMs < ask.atMs) this.#leftUnanswered(nowMs)
    }
    for (const requestId of this.#withdrawn) if (this.#withdrawn.size > maxWithdrawn) this.#forget(requestId)
  }

  /**
   * A piece arrived. Returns the want of our request; `undefined`: the neighbour pushed the piece, or we have withdrawn the request. Throws
   * `UnaskedAnswerError`.
   */
  answered(piece: Answer, nowMs: number): PieceWant | undefined {
    this.#hear(nowMs)
    this.holds.add(piece, { length: piece.length, pieces: [piece.index], nowMs })
    if (piece.requestId === 0) return undefined
    const ask = this.#asks.get(piece.requestId)
    const { place } = ask?.want.segment ?? {}
    const isAsked =
      ask &&
      place?.streamId === piece.streamId &&
      place.sequenceNumber === piece.sequenceNumber &&
      ask.want.index === piece.index &&
      ask.length === piece.length &&
      ask.offset === piece.offset
    if (!isAsked) throw new UnaskedAnswerError(piece)
    const tookMs = Math.max(1, nowMs - ask.atMs)
    this.#throughput.sample({ bytes: piece.data.length, elapsedMs: Math.max(1, tookMs - this.rttMs), nowMs })
    this.#weighAnswer(true)
    return this.#end(piece.requestId, ask)
  }

  /** The neighbour does not deliver a piece. Returns and throws as `answered` does. */
  declined({ requestId, reason }: Omit<Extract<PieceMessage, { type: 'decline' }>, 'type'>, nowMs: number) {
    this.#hear(nowMs)
    const ask = this.#asks.get(requestId)
    if (!ask) throw new UnaskedAnswerError({ requestId })
    this.#measureRtt(nowMs - ask.atMs)
    if (reason === 'missing') {
      this.holds.remove(ask.want.segment.place, ask.want.index)
      this.allowances.brokenHold()
    }
    if (reason === 'busy') this.#weighAnswer(false)
    if (reason === 'unpaid') this.isUnpaid = true
    return this.#end(requestId, ask)
  }

  /** The neighbour states the length of a whole segment. We remember the statement until the length is proven. */
  claim(place: Place, length: number): void {
    const key = keyOf(place)
    if (!this.#claims.has(key)) this.#claims.set(key, length)
    for (const oldest of this.#claims.keys()) if (this.#claims.size > maxClaims) this.#claims.delete(oldest)
  }

  /** The whole segment has this length. Closes the channel if the neighbour stated another length. */
  judgeClaim(place: Place, length: number): void {
    const claimed = this.#claims.get(keyOf(place))
    this.#claims.delete(keyOf(place))
    if (claimed !== undefined && claimed !== length)
      this.peer.close(new FalseLengthError({ ...place, claimed, length }))
  }

  /** The wants of our open requests to this neighbour, except the withdrawn requests. */
  get asked(): PieceWant[] {
    return [...this.#asks].flatMap(([requestId, { want }]) => (this.#withdrawn.has(requestId) ? [] : [want]))
  }

  /** The number of bytes, from the start of the piece, that the neighbour holds, or will hold when our messages have arrived. */
  endOf(place: Place, index: number): number {
    return Math.max(this.holds.endOf(place, index), this.sentPieces.endOf(place, index))
  }

  #leftUnanswered(nowMs: number): void {
    // We do not disconnect a relay: while HTTP does not work, a relay in the room is our only source of new pieces.
    if (this.isRelay) return
    if (++this.#unanswered >= maxUnanswered && nowMs - this.#heardAtMs > maxSilenceMs)
      this.peer.close(new UnresponsiveError({ requests: this.#unanswered }))
  }

  #weighAnswer(isAnswer: boolean): void {
    this.#load += newestWeight * (Number(!isAnswer) - this.#load)
  }

  #hear(nowMs: number): void {
    this.#heardAtMs = nowMs
    this.#unanswered = 0
  }

  #measureRtt(tookMs: number): void {
    this.rttMs = Math.max(1, Math.min(tookMs, this.rttMs * 1.1 + 1))
  }

  #end(requestId: number, ask: Ask): PieceWant | undefined {
    const isWithdrawn = this.#withdrawn.has(requestId)
    if (!isWithdrawn) this.#count(ask, -1)
    this.#forget(requestId)
    return isWithdrawn ? undefined : ask.want
  }

  #forget(requestId: number): void {
    this.#asks.delete(requestId)
    this.#withdrawn.delete(requestId)
  }

  #count({ want, length, offset }: Ask, sign: 1 | -1): void {
    this.pendingRequests += sign
    this.pendingBytes += sign * (endOf(want.index, length) - offset)
  }
}

export class UnaskedAnswerError extends ProtocolError {
  override readonly name = 'PieceNeighbour.UnaskedAnswerError'
  constructor({ requestId }: { requestId: number }) {
    super('The peer answered a request that we did not send.', { details: [`Request: ${requestId}`] })
  }
}

export class UnresponsiveError extends ProtocolError {
  override readonly name = 'PieceNeighbour.UnresponsiveError'
  constructor({ requests }: { requests: number }) {
    super('The peer offers pieces and does not answer requests.', {
      details: [`Requests without an answer: ${requests}`],
    })
  }
}

export class FalseLengthError extends ProtocolError {
  override readonly name = 'PieceNeighbour.FalseLengthError'
  constructor({ streamId, sequenceNumber, claimed, length }: Place & { claimed: number; length: number }) {
    super('The peer stated a false length of a segment.', {
      details: [
        `Stream: ${streamId}`,
        `Segment: ${sequenceNumber}`,
        `Stated: ${claimed} bytes`,
        `Proven: ${length} bytes`,
      ],
    })
  }
}
