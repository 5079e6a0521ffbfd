import type { Hex } from 'viem'
import type { Peer } from '../Peer'
import type { Place } from '../SegmentStore'
import type { UploadLimit } from '../UploadLimit'
import { Circle } from './Circle'
import type { Level } from './Level'
import { seedOf, turnsBefore } from './owners'
import { PieceNeighbour } from './PieceNeighbour'
import { seedTextOf } from './PieceWant'
import { type Member, maxWeight } from './Situation'
import { mayGive, tiersOf } from './serve'
import type { Uplink } from './Uplink'

export type MembersOptions = {
  selfId: Hex
  /**
   * Whether we exchange pieces as a viewer does. `false`: we are a relay that gets every segment without the mesh: it has the weight 0 and
   * owns no pieces.
   */
  isViewer: boolean
  limit: UploadLimit
  uplink: Uplink
  random(): number
}

/** The time between two choices of the neighbours that get an upload slot. */
const slotsEveryMs = 10_000
/** We tell the neighbours our new weight if it differs by more than this factor from the weight that we told them before. */
const retellFactor = 1.5
const leastWeight = 1 / 16
/** Two members ask a relay for parts, so that parts still come when one of the two members leaves. */
const partAskers = 2
/** After a neighbour told us a part, `asksForParts` counts this neighbour for this time. */
const tellerMs = 60_000
/** After this many segments, other members ask a relay for parts. */
const segmentsPerTurn = 8n
/** The uplink of a member whose weight is 1: one and a half times the bitrate. In bytes per millisecond for each bit/s of the bitrate. */
const uplinkPerBitrate = 1.5 / 8_000

/** The members of the room that we know, and the levels (source and renditions) that we and they follow. */
export class Members {
  readonly neighbours = new Map<Hex, PieceNeighbour>()
  /** The levels that we follow. */
  readonly levels = new Map<Hex, Level>()
  readonly #options: MembersOptions
  readonly #circle: Circle
  #slotsChosenMs = Number.NEGATIVE_INFINITY
  #self: Member

  constructor(options: MembersOptions) {
    this.#options = options
    const weight = options.isViewer && !options.limit.isOff ? 1 : 0
    this.#self = { id: options.selfId, seed: seedOf(options.selfId), weight }
    this.#circle = new Circle({
      selfId: options.selfId,
      levels: () => this.levels.keys(),
      viewers: () => this.viewers,
    })
  }

  get self(): Member {
    return this.#self
  }

  /** The other viewers within two steps that follow a level. Each of them fetches its share of the pieces from the relay. */
  of(streamId: Hex): readonly Member[] {
    return this.#circle.of(streamId)
  }

  /** A neighbour changed its levels or its weight, or sent its first correct piece. */
  changed(): void {
    this.#circle.changed()
  }

  /** A neighbour told us its neighbours. */
  circleChanged(): void {
    this.#circle.forget()
  }

  close(): void {
    this.#circle.close()
  }

  /**
   * Whether we ask a relay for the parts of the segments that follow this segment. Two of the members (we and our neighbours) ask a relay,
   * and tell the parts to the other members. We count only neighbours that told us parts. So a neighbour that tells no parts cannot stop us
   * from asking.
   */
  asksForParts(streamId: Hex, sequenceNumber: bigint): boolean {
    const nowMs = performance.now()
    const members = this.viewers.flatMap(({ follows, member, toldPartMs }) =>
      follows.has(streamId) && nowMs < toldPartMs + tellerMs ? [member] : [],
    )
    const seed = seedOf(`${streamId}/parts/${sequenceNumber / segmentsPerTurn}`)
    return turnsBefore({ self: this.#self, members, seed }) < partAskers
  }

  /** The neighbours that are viewers. The schedule chooses only from these neighbours. */
  get viewers(): PieceNeighbour[] {
    return [...this.neighbours.values()].filter(({ isRelay }) => !isRelay)
  }

  /** The relays that are members of the room. They have proven their role. */
  get relays(): PieceNeighbour[] {
    return [...this.neighbours.values()].filter(({ isRelay }) => isRelay)
  }

  add(peer: Peer): void {
    const neighbour = new PieceNeighbour(peer, performance.now())
    this.neighbours.set(peer.id, neighbour)
    this.#tell(neighbour)
  }

  /** Returns the neighbour, unless a newer connection to the same peer has replaced it. */
  remove(peer: Peer): PieceNeighbour | undefined {
    const neighbour = this.neighbours.get(peer.id)
    if (neighbour?.peer !== peer) return undefined
    this.neighbours.delete(peer.id)
    this.#circle.changed()
    for (const want of neighbour.asked) want.refuse(Number.POSITIVE_INFINITY)
    return neighbour
  }

  /** Whether we give this piece to one more neighbour. `queued`: the number of waiting uploads of this piece. */
  mayGive(place: Place, index: number, { queued, withinMs }: { queued: number; withinMs: number }): boolean {
    // Viewers ask a relay only if they have no other source, so a relay gives a piece to each viewer that asks.
    if (!this.#options.isViewer) return true
    const members = this.of(place.streamId)
    const copies = [...this.neighbours.values()].filter(({ sentPieces }) => sentPieces.endOf(place, index) > 0).length
    const seed = seedOf(seedTextOf(place, index))
    return mayGive({ self: this.#self, members, seed, copies: copies + queued, withinMs })
  }

  /** Tells all neighbours which levels we follow. */
  tellFollow(): void {
    this.#weigh()
    this.#circle.changed()
    for (const neighbour of this.neighbours.values()) this.#tell(neighbour)
  }

  /**
   * Gives the upload slots to the neighbours that recently sent us the most bytes, and to one random neighbour. Does nothing within 10 s
   * after the last choice.
   */
  chooseSlots(nowMs: number): void {
    if (nowMs - this.#slotsChosenMs < slotsEveryMs) return
    this.#slotsChosenMs = nowMs
    // The slots are for neighbours that could give something back.
    const neighbours = [...this.neighbours.values()].filter(({ isSilent }) => !isSilent)
    const tiers = tiersOf(neighbours, Math.floor(this.#options.random() * neighbours.length))
    for (const [index, neighbour] of neighbours.entries()) {
      neighbour.hasSlot = tiers[index] === 0
      neighbour.bytesFrom /= 2
      neighbour.bytesTo /= 2
      neighbour.bytesTaken /= 2
    }
    this.#circle.changed()
    if (this.#weigh()) for (const neighbour of this.neighbours.values()) this.#tell(neighbour)
  }

  #tell({ peer }: PieceNeighbour): void {
    const levels = [...this.levels.keys()].map((streamId) => ({ streamId, stripes: 0 }))
    peer.send({ type: 'follow', levels, weight: this.#self.weight })
  }

  /** Sets our weight from the measured uplink and the upload limit. Returns whether we must tell the neighbours a new weight. */
  #weigh(): boolean {
    const { isViewer, limit, uplink } = this.#options
    const bitrate = Math.max(...[...this.levels.values()].map(({ followed }) => followed.bitrate))
    if (!isViewer || !(bitrate > 0 || limit.isOff)) return false
    const bytesPerMs = Math.min(uplink.bytesPerMs, limit.bytesPerMs)
    const most = Math.max(leastWeight, bytesPerMs / (bitrate * uplinkPerBitrate))
    const weight = limit.isOff ? 0 : Math.min(maxWeight, most)
    const { weight: told } = this.#self
    if (weight < told * retellFactor && weight > told / retellFactor) return false
    // `follow` states the weight in steps of 1/32. All members must compute with the same number, so we also use the rounded weight.
    this.#self = { ...this.#self, weight: Math.round(weight * 32) / 32 }
    return true
  }
}
