import type { ProtocolError, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Accounting } from '../Accounting'
import { Emitter } from '../Emitter'
import type { Peer } from '../Peer'
import type { Place } from '../SegmentStore'
import type { UploadLimit } from '../UploadLimit'
import type { Message } from '../wire'
import { Announcer, indexesOf, placeOf } from './Announcer'
import { isContradiction } from './contradiction'
import { HeaderCheck, type HeaderVerifier } from './HeaderCheck'
import { Level } from './Level'
import { Members } from './Members'
import { PieceInbox } from './PieceInbox'
import { PieceIntake } from './PieceIntake'
import { PieceStore } from './PieceStore'
import { PieceUploads, type PieceUploadsOptions } from './PieceUploads'
import { Planner } from './Planner'
import { RelayPieces } from './RelayPieces'
import { RelaySource } from './RelaySource'
import type { SegmentPieces } from './SegmentPieces'
import type { FollowedLevel, Header, PieceRelay, Sharing, SharingEvents } from './Sharing'

export type PieceExchangeOptions = {
  selfId: Hex
  accounting: Accounting
  limit: UploadLimit
  verifier: HeaderVerifier
  /** `undefined`: only neighbours deliver pieces. */
  relay?: PieceRelay | undefined
  /**
   * Whether we exchange pieces as a viewer does. `false`: we are a relay that gets all pieces without the mesh: it requests no pieces from
   * neighbours, and pushes none.
   */
  isViewer: boolean
  /** We carry the stream for others: we exchange pieces as a viewer does, but give a piece to each viewer that asks. Default `false`. */
  isCarrier?: boolean | undefined
  /** The largest number of bytes of pieces in memory. Default 64 MiB. */
  maxBytes?: number | undefined
  random(): number
  /** The byte counts have changed. */
  onChange(): void
}

/** Exchanges pieces with the neighbours that have the capability `pieces`. */
export class PieceExchange extends Emitter<SharingEvents> implements Sharing {
  readonly #options: PieceExchangeOptions
  readonly #store: PieceStore
  readonly #members: Members
  readonly #announcer: Announcer
  readonly #inbox: PieceInbox
  readonly #uploads: PieceUploads
  readonly #intake: PieceIntake
  readonly #http: RelayPieces
  readonly #planner: Planner
  readonly #contradicted = new Set<Hex>()
  /** The segments whose proven length we told to the caller. */
  readonly #told = new WeakSet<Segment.Segment>()
  #record: Uint8Array | undefined

  constructor(options: PieceExchangeOptions) {
    super()
    const { selfId, accounting, limit, verifier, relay, isViewer, random, onChange, maxBytes } = options
    this.#options = options
    const store = new PieceStore({ maxBytes })
    this.#store = store
    const mayGive: PieceUploadsOptions['mayGive'] = (...piece) => options.isCarrier || members.mayGive(...piece)
    const uploads = new PieceUploads({ accounting, limit, mayGive, onSent: onChange })
    this.#uploads = uploads
    const members = new Members({ selfId, isViewer, random, limit, uplink: uploads.uplink })
    this.#members = members
    const announcer = new Announcer({
      ...{ store, limit, isViewer, neighbours: () => members.neighbours.values() },
      tellsParts: (streamId) => members.levels.get(streamId)?.followed.isPatient !== true,
    })
    this.#announcer = announcer
    const onGrown = (segment: SegmentPieces) => this.#grown(segment)
    this.#intake = new PieceIntake({ members, announcer, uploads, isViewer, onGrown })
    this.#http = new RelayPieces({
      relay,
      onPiece: (want, piece) => this.#intake.fromRelay(want, piece),
      onFault: (error, { place }) => this.#faultOf(place, error),
      onEnd: () => this.#planner.wake(),
    })
    this.#inbox = new PieceInbox({
      ...{ store, members, announcer, uploads, accounting, random, intake: this.#intake },
      headers: new HeaderCheck({ store, verifier }),
      onHeader: (header) => {
        const segment = store.open(placeOf(header))
        this.#learn(header, segment)
        this.emit('header', 'part' in header ? header : { ...header, length: segment?.provenLength ?? 0 })
      },
      onRecord: (record) => this.emit('record', record),
      onContradiction: (streamId, error) => this.#contradictedBy(streamId, error),
      onCircle: onChange,
      wake: () => this.#planner.wake(),
    })
    this.#planner = new Planner({ store, relay: new RelaySource({ http: this.#http, members }), members, random })
    limit.on('change', () => {
      members.tellFollow()
      uploads.limitChanged()
      announcer.welcomeAll()
    })
  }

  get stats(): { bytesFromPeers: number; bytesFromRelays: number; bytesToPeers: number } {
    const { bytesFromPeers, bytesFromRelays } = this.#intake
    return { bytesFromPeers, bytesFromRelays, bytesToPeers: this.#uploads.sentBytes }
  }

  /** The members within two steps that follow a level with us, including us. */
  get roomSize(): number {
    const others = [...this.#members.levels.keys()].map((streamId) => this.#members.of(streamId).length)
    return 1 + Math.max(0, ...others)
  }

  close(): void {
    this.#planner.close()
    this.#announcer.close()
    this.#http.close()
    this.#members.close()
  }

  follow(followed: readonly FollowedLevel[]): void {
    const { levels } = this.#members
    const streamIds = new Set(followed.map(({ streamId }) => streamId))
    for (const streamId of levels.keys()) if (!streamIds.has(streamId)) this.#leaveLevel(streamId)
    const added = followed.filter(({ streamId }) => !levels.has(streamId) && !this.#contradicted.has(streamId))
    for (const level of followed) {
      const known = levels.get(level.streamId)
      if (known) known.followed = level
    }
    for (const level of added) levels.set(level.streamId, new Level(level))
    this.#store.keep(streamIds)
    this.#members.tellFollow()
    this.#planner.wake()
  }

  asksForParts(streamId: Hex, sequenceNumber: bigint): boolean {
    return this.#members.asksForParts(streamId, sequenceNumber)
  }

  know(header: Header): void {
    const place = placeOf(header)
    const segment = this.#store.open(place) ?? this.#store.reopen(place)
    if ('segment' in header && header.length > 0) segment?.state(header.length)
    this.#learn(header, segment)
    // The player may want the segment only now, although a neighbour sent the header earlier.
    this.#planner.wake()
  }

  #learn(header: Header, segment: SegmentPieces | undefined): void {
    if (!segment) return
    const wasComplete = segment.isComplete
    if ('part' in header) {
      if (!segment.addPart(header.part)) return
    } else {
      if (segment.segment?.dataHash === header.segment.dataHash) return
      segment.close(header.segment)
    }
    this.#announcer.header(header)
    // The header of a segment can show that the last part was the whole segment.
    if (segment.isComplete && !wasComplete) {
      this.#announcer.held(segment, segment.knownLength, indexesOf(segment.knownLength))
      this.#grown(segment)
    }
    this.#planner.wake()
  }

  async offer(header: Header, bytes: Uint8Array): Promise<boolean> {
    this.know(header)
    const segment = this.#store.get(placeOf(header))
    return segment ? this.#intake.offer(segment, bytes, 'part' in header ? header.part.length : header.length) : false
  }

  segment(place: Place): SegmentPieces | undefined {
    return this.#store.get(place)
  }

  segments(streamId: Hex): readonly SegmentPieces[] {
    return this.#store.of(streamId)
  }

  tellRecord(record: Uint8Array): void {
    this.#record = record
    for (const { peer } of this.#members.neighbours.values()) peer.send({ type: 'record', record })
  }

  /** The levels of which we know segments. */
  get streamIds(): Hex[] {
    return this.#store.levels
  }

  /** Adds a peer with the capability `pieces`. */
  add(peer: Peer): void {
    this.#members.add(peer)
    if (this.#record) peer.send({ type: 'record', record: this.#record })
  }

  receive(peer: Peer, message: Message): void {
    this.#inbox.receive(peer, message)
  }

  remove(peer: Peer): void {
    const neighbour = this.#members.remove(peer)
    if (neighbour) this.#uploads.remove(neighbour)
    this.#planner.wake()
  }

  /** The neighbour has acknowledged a payment, so we can ask it again. */
  askAgain(peer: Peer): void {
    const neighbour = this.#members.neighbours.get(peer.id)
    if (neighbour) neighbour.isUnpaid = false
    this.#planner.wake()
  }

  #faultOf(place: Place, error: ProtocolError): void {
    if (isContradiction(error)) this.#contradictedBy(place.streamId, error)
    else this.emit('fault', error, place)
  }

  #contradictedBy(streamId: Hex, error: ProtocolError): void {
    this.#contradicted.add(streamId)
    this.#leaveLevel(streamId)
    this.#members.tellFollow()
    this.emit('contradicted', streamId, error)
  }

  #leaveLevel(streamId: Hex): void {
    const level = this.#members.levels.get(streamId)
    if (level) this.#planner.drop(level.clear())
    this.#members.levels.delete(streamId)
  }

  /** If the length of a segment is proven now, tells it to the caller, and disconnects the neighbours that stated another length. */
  #proven({ place, segment, provenLength: length }: SegmentPieces): void {
    if (!segment || !length || this.#told.has(segment)) return
    this.#told.add(segment)
    this.emit('header', { segment, length })
    for (const neighbour of this.#members.neighbours.values()) neighbour.judgeClaim(place, length)
  }

  #grown(segment: SegmentPieces): void {
    this.#store.trim()
    this.#proven(segment)
    this.emit('grown', segment)
    this.#options.onChange()
    this.#planner.wake()
  }
}
