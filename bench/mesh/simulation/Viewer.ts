import type { Hex } from 'viem'
import { seedOf } from '../../../relay/src/mesh/pieces/owners'
import { type Member, type Neighbour, stripes, type Want } from '../../../relay/src/mesh/pieces/Situation'
import type { Tier, Waiting } from '../../../relay/src/mesh/pieces/serve'
import { Player } from './Player'
import { bitrate, releaseMsOf } from './Stream'

export type Kind = 'honest' | 'freeRider' | 'polluter' | 'liar'

/** A wanted piece, with the fields that the schedule reads. */
export type PieceWant = { -readonly [Field in keyof Want]: Want[Field] } & {
  readonly piece: number
  refusals: Map<Hex, number> | undefined
}

export type Upload = Waiting & { readonly to: Link; readonly piece: number; readonly isPush: boolean }

/** A viewer always waits for fewer pieces than this. */
const ring = 256
/** A viewer collects the pieces that arrive in this time, and names them in one `holds` message. */
const batchMs = 25

export class Viewer {
  readonly member: Member
  readonly links: Link[] = []
  readonly wants = new Map<number, PieceWant>()
  readonly parents: (Hex | undefined)[] = Array.from({ length: stripes }, () => undefined)
  readonly queue: Upload[] = []
  readonly banned = new Set<Viewer>()
  readonly player: Player
  readonly #heldAtMs = new Float64Array(ring).fill(-1)
  isGone = false
  isSending = false
  plannedAtMs = Number.POSITIVE_INFINITY
  optimistic = 0
  /** How late the timers of this viewer's machine were. */
  lagMs = 0
  sentBytes = 0
  /** For each piece, the number of neighbours that have got the piece from us, or will get it soon. */
  readonly copies = new Map<number, number>()
  usefulBytes = 0

  constructor(
    readonly index: number,
    readonly kind: Kind,
    /** Bytes in a millisecond. */
    readonly uplink: number,
    readonly cluster: number,
    readonly relayRttMs: number,
    readonly joinedMs: number,
    targetMs: number,
  ) {
    const id: Hex = `0x${index.toString(16).padStart(40, '0')}`
    // Free-riders state the weight of an ordinary uplink, although they upload nothing.
    const weight = kind === 'freeRider' ? 1 : Math.min(4, uplink / (1.5 * bitrate))
    this.member = { id, seed: seedOf(id), weight }
    this.player = new Player(joinedMs, targetMs)
  }

  get isGood(): boolean {
    return this.kind === 'honest' || this.kind === 'freeRider'
  }

  /** The number of stripes that this viewer pushes to its neighbours. A stripe that it pushes to two neighbours counts twice. */
  get children(): number {
    let sum = 0
    for (const { children } of this.links) sum += children.size
    return sum
  }

  heldAtMs(piece: number): number {
    const atMs = this.#heldAtMs[piece % ring] as number
    return atMs >= releaseMsOf(piece) ? atMs : Number.POSITIVE_INFINITY
  }

  hold(piece: number, nowMs: number): void {
    this.#heldAtMs[piece % ring] = nowMs
  }
}

/** One viewer's view of a neighbour. */
export class Link implements Neighbour<PieceWant> {
  readonly isFollowing = true
  readonly isUnpaid = false
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
  /** The stripes that we push to this neighbour. */
  readonly children = new Set<number>()

  constructor(
    readonly peer: Viewer,
    readonly rttMs: number,
    readonly clock: { readonly nowMs: number },
  ) {
    this.heardAtMs = clock.nowMs
  }

  get member(): Member {
    return this.peer.member
  }

  get load(): number {
    const { children, uplink } = this.peer
    return Math.min(1, (children * bitrate) / stripes / uplink)
  }

  heldSinceMs({ piece }: PieceWant): number {
    return this.heldPieceSinceMs(piece)
  }

  heldPieceSinceMs(piece: number): number {
    const { peer } = this
    const heldAtMs = peer.kind === 'liar' ? releaseMsOf(piece) : peer.heldAtMs(piece)
    const atMs = heldAtMs + this.rttMs / 2 + batchMs
    return atMs <= this.clock.nowMs ? atMs : Number.POSITIVE_INFINITY
  }
}
