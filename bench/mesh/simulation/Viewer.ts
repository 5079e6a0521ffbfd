import type { Hex } from 'viem'
import { seedOf } from '../../../relay/src/mesh/pieces/owners'
import { assumedDegree } from '../../../relay/src/mesh/pieces/PieceNeighbour'
import { type Member, maxWeight, type Neighbour, type Want } from '../../../relay/src/mesh/pieces/Situation'
import type { Tier, Waiting } from '../../../relay/src/mesh/pieces/serve'
import { Uplink } from '../../../relay/src/mesh/pieces/Uplink'
import type { Player } from './Player'
import { bitrate, releaseMsOf } from './Stream'

/**
 * `silent`: the person has chosen “Don’t upload”, and the page says so to its neighbours. `freeRider`: says that it holds pieces, and declines
 * each request. `polluter`: sends wrong bytes. `liar`: says that it holds every piece, and never answers.
 */
export type Kind = 'honest' | 'silent' | 'freeRider' | 'polluter' | 'liar'

/** A wanted piece, with the fields that the schedule reads. */
export type PieceWant = { -readonly [Field in keyof Want]: Want[Field] } & {
  readonly piece: number
  refusals: Map<Hex, number> | undefined
  /** The piece is older than the membership of the viewer. */
  readonly isOld: boolean
  /** A neighbour has said that it holds the piece, and the viewer has not planned since then. */
  isOffered: boolean
  /** The viewer is new, and the piece waits for its first neighbour. */
  isWaiting: boolean
}

export type Upload = Waiting & { readonly to: Link; readonly piece: number; readonly isPush: boolean }

/** A viewer always waits for fewer pieces than this. */
const ring = 256
/** A viewer collects the pieces that arrive in this time, and names them in one `holds` message. */
export const batchMs = 25
/** A viewer tells its neighbours a new weight if it differs by more than this factor from the weight that it told them before. */
const retellFactor = 1.5
const leastWeight = 1 / 16
/** The weight of the newest request in `load`. */
const newestWeight = 0.3

export type ViewerOptions = {
  index: number
  kind: Kind
  /** Bytes in a millisecond. */
  uplink: number
  cluster: number
  relayRttMs: number
  joinedMs: number
  player: Player
}

export class Viewer {
  readonly index: number
  readonly kind: Kind
  readonly uplink: number
  readonly cluster: number
  readonly relayRttMs: number
  readonly joinedMs: number
  /** The viewer wants this part and the later parts when it knows their headers. It wants the older parts of its first segment when it starts. */
  livePart = Number.POSITIVE_INFINITY
  /** When the viewer first had a neighbour. */
  metMs: number | undefined
  member: Member
  readonly links: Link[] = []
  readonly wants = new Map<number, PieceWant>()
  readonly queue: Upload[] = []
  readonly banned = new Set<Viewer>()
  readonly player: Player
  /** What the viewer knows about its uplink. */
  readonly estimate = new Uplink()
  readonly #heldAtMs = new Float64Array(ring).fill(-1)
  readonly #given = new Uint8Array(ring)
  isGone = false
  isSending = false
  /** When the bytes in the queues of the channels have left. */
  drainedAtMs = 0
  plannedAtMs = Number.POSITIVE_INFINITY
  lastPlanMs = Number.NEGATIVE_INFINITY
  /** When the viewer knows the header of the newest part. */
  headerMs = 0
  asksForParts = false
  /** How late the timers of this viewer's machine were. */
  lagMs = 0
  sentBytes = 0
  usefulBytes = 0
  /** Changes with each link that opens or closes. */
  version = 0
  /** The members that the viewer knows: its neighbours, and their neighbours. */
  circle: readonly Member[] = []
  circleVersion = -1
  circleOwnVersion = -1
  circleAtMs = Number.NEGATIVE_INFINITY

  constructor({ index, kind, uplink, cluster, relayRttMs, joinedMs, player }: ViewerOptions) {
    this.index = index
    this.kind = kind
    this.uplink = uplink
    this.cluster = cluster
    this.relayRttMs = relayRttMs
    this.joinedMs = joinedMs
    this.player = player
    const id: Hex = `0x${index.toString(16).padStart(40, '0')}`
    this.member = { id, seed: seedOf(id), weight: 1 }
    this.weigh()
  }

  get isGood(): boolean {
    return this.kind !== 'polluter' && this.kind !== 'liar'
  }

  /** Whether the viewer sends pieces to others, correct or not. */
  get uploads(): boolean {
    return this.kind === 'honest' || this.kind === 'polluter'
  }

  /** Computes the weight of the viewer from its uplink. Free-riders claim the weight of a viewer without a measurement. */
  weigh(): void {
    const { weight: told } = this.member
    const most = Math.max(leastWeight, this.estimate.bytesPerMs / (1.5 * bitrate))
    const weight = this.kind === 'silent' ? 0 : Math.min(maxWeight, most)
    if (weight < told * retellFactor && weight > told / retellFactor) return
    this.member = { ...this.member, weight: Math.round(weight * 32) / 32 }
    this.version++
  }

  heldAtMs(piece: number): number {
    const atMs = this.#heldAtMs[piece % ring] as number
    return atMs >= releaseMsOf(piece) ? atMs : Number.POSITIVE_INFINITY
  }

  hold(piece: number, nowMs: number): void {
    this.#heldAtMs[piece % ring] = nowMs
    this.#given[piece % ring] = 0
  }

  /** The number of neighbours that have got the piece from this viewer, or will get it. */
  givenOf(piece: number): number {
    return this.#given[piece % ring] as number
  }

  gives(piece: number, change: 1 | -1): void {
    this.#given[piece % ring] = this.givenOf(piece) + change
  }

  linkTo(id: Hex | undefined): Link | undefined {
    if (id !== undefined) for (const link of this.links) if (link.peer.member.id === id) return link
    return undefined
  }
}

/** One viewer's view of a neighbour. */
export class Link implements Neighbour<PieceWant> {
  readonly isFollowing = true
  readonly isUnpaid = false
  load = 0
  reverse!: Link
  bytesPerMs: number | undefined
  pendingRequests = 0
  pendingBytes = 0
  unanswered = 0
  heardAtMs: number
  tier: Tier = 1
  bytesFrom = 0
  bytesTo = 0
  totalBytesTo = 0
  bytesTaken = 0
  isClosed = false
  /** The number of members that the neighbour has named. */
  named = 0

  constructor(
    readonly peer: Viewer,
    readonly rttMs: number,
    readonly clock: { readonly nowMs: number },
  ) {
    this.heardAtMs = clock.nowMs
  }

  get degree(): number {
    return this.named || assumedDegree
  }

  get member(): Member {
    return this.peer.member
  }

  sampleRate(bytesPerMs: number): void {
    this.bytesPerMs = this.bytesPerMs === undefined ? bytesPerMs : (this.bytesPerMs + bytesPerMs) / 2
  }

  /** The neighbour has answered a request, or has declined it, or has not answered in time. */
  noteAnswer(isAnswer: boolean): void {
    this.load += (Number(!isAnswer) - this.load) * newestWeight
  }

  heldSinceMs({ piece }: PieceWant): number {
    return this.heldPieceSinceMs(piece)
  }

  heldPieceSinceMs(piece: number): number {
    const { peer } = this
    if (peer.kind === 'silent') return Number.POSITIVE_INFINITY
    const heldAtMs = peer.kind === 'liar' ? releaseMsOf(piece) : peer.heldAtMs(piece)
    const atMs = heldAtMs + this.rttMs / 2 + batchMs
    return atMs <= this.clock.nowMs ? atMs : Number.POSITIVE_INFINITY
  }
}
