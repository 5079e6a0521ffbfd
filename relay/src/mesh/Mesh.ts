import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import { logOf } from '../log'
import { type Accounting, freeForAll } from './Accounting'
import { Emitter } from './Emitter'
import { type GreetOptions, greet } from './greet'
import { Introductions } from './introductions/Introductions'
import { type KeyDesk, KeyTalk } from './KeyTalk'
import { GoneError, type Peer } from './Peer'
import { PieceExchange, type PieceExchangeOptions } from './pieces/PieceExchange'
import type { GrowingSegment, Sharing } from './pieces/Sharing'
import { SegmentExchange } from './SegmentExchange'
import type { Fetched, MeshRequest } from './SegmentFetch'
import type { Held } from './SegmentStore'
import { Traffic } from './Traffic'
import { type Channel, ConnectionLostError, type Room } from './Transport'
import { UploadLimit } from './UploadLimit'

const log = logOf('mesh')

export type MeshOptions = {
  room: Room
  /** Our `Transport.peerId`. */
  selfId: Hex
  /** The fields of our HELLO, and the checks of a peer's HELLO. */
  greeting: Pick<GreetOptions, 'streamId' | 'role' | 'capabilities' | 'paymentKey' | 'sign' | 'recover' | 'isRelay'>
  /** Rejects with a `ProtocolError` unless the header contains the hash of `data`. */
  verify(segment: Segment.Header, data: Uint8Array): Promise<void>
  /** With this option, the mesh exchanges pieces with the peers that have the capability `pieces`. */
  pieces?: Pick<PieceExchangeOptions, 'verifier' | 'relay' | 'maxBytes' | 'isCarrier'>
  accounting?: Accounting
  /** Closes the connections to viewers. Default `false`. */
  onlyRelays?: boolean
  /** With this option, we are a key server of the paid stream. */
  keyDesk?: KeyDesk | undefined
  /** Size of the store of segments that we offer. Default 32 MiB: 30 s of two levels (source or renditions) at 4 Mbit/s each. */
  storeBytes?: number
  /** A random number of at least 0 and below 1. Default `Math.random`. */
  random?(): number
}

export type MeshEvents = {
  /** `stats` has changed. */
  change: []
  /** A peer sent HAVE. */
  have: []
  /** A peer broke a rule. We have closed its channel, and avoid this peer (see `Room.avoid`). */
  banned: [error: ProtocolError]
}

export type MeshStats = {
  /** The correct bytes of segments that came from viewers. */
  bytesFromPeers: number
  /**
   * The correct bytes of segments that came from peers with the proven role of a relay or broadcaster, and of pieces that came over HTTP.
   */
  bytesFromRelays: number
  /** Bytes of payloads that we sent to viewers. */
  bytesToPeers: number
  /** The number of connected viewers. */
  peers: number
  /** The viewers within two steps that exchange pieces: this viewer, its neighbours, and their neighbours. */
  roomSize: number
  /** All connected peers. */
  neighbours: readonly NeighbourStats[]
}

/** The bytes of payloads from and to one connected peer, since the peer connected. */
export type NeighbourStats = {
  /** The id of the peer in the room. */
  readonly id: Hex
  /** Whether the peer has proven that it is a relay or the broadcaster. `false`: it is a viewer. */
  readonly isRelay: boolean
  readonly bytesFrom: number
  readonly bytesTo: number
}

const defaultStoreBytes = 32 * 1024 * 1024
/** The limit of messages is below the default of `greet`, because a viewer sends fewer messages than a broadcaster. */
const limits = { messagesPerSecond: 1_000, bytesPerSecond: 16 * 1024 * 1024 }
/** An upload waits while a channel has more queued bytes than this. The limit is low, because CANCEL cannot stop queued bytes. */
const bufferCeilingBytes = 128 * 1024
/** A connection that was silent for this time may belong to a killed process, because a relay of a live stream sends headers more often. */
const maxSilenceMs = 2_000

/**
 * Our side of the mesh of one stream. Exchanges pieces of segments with the peers that have the capability `pieces`, and whole segments
 * with all other peers.
 */
export class Mesh extends Emitter<MeshEvents> {
  readonly #options: MeshOptions
  readonly #accounting: Traffic
  readonly #limit = new UploadLimit()
  readonly #segments: SegmentExchange
  readonly #pieces: PieceExchange | undefined
  readonly #introductions: Introductions
  readonly #keys: KeyTalk
  readonly #peers = new Map<Hex, Peer>()

  constructor(options: MeshOptions) {
    super()
    const { room, selfId, verify, pieces, greeting } = options
    const { storeBytes = defaultStoreBytes, random = Math.random } = options
    const accounting = new Traffic(options.accounting ?? freeForAll)
    this.#options = options
    this.#accounting = accounting
    this.#segments = new SegmentExchange({ selfId, accounting, limit: this.#limit, verify, storeBytes, random })
    this.#segments.on('change', () => this.emit('change'))
    this.#segments.on('have', () => this.emit('have'))
    const isViewer = greeting.role === 'viewer' || pieces?.isCarrier === true
    const shared = { selfId, accounting, limit: this.#limit, random, isViewer }
    this.#pieces = pieces && new PieceExchange({ ...shared, ...pieces, onChange: () => this.emit('change') })
    this.#pieces?.on('grown', (segment) => this.#offerWhole(segment))
    this.#introductions = new Introductions({ random })
    this.#keys = new KeyTalk(options.keyDesk)
    room.find(this.#introductions)
    for (const channel of room.channels.values()) this.#greet(channel)
    room.on('channel', (channel) => this.#greet(channel))
  }

  /** The exchange of pieces. `undefined` without the option `pieces`. */
  get pieces(): Sharing | undefined {
    return this.#pieces
  }

  /** Whether peers exchange whole segments with us, and no viewer exchanges pieces with us. */
  get sharesWholeSegments(): boolean {
    const isViewer = ({ role, capabilities }: Peer) => role === 'viewer' && capabilities.has('pieces')
    return this.#segments.size > 0 && !(this.#pieces && [...this.#peers.values()].some(isViewer))
  }

  get stats(): MeshStats {
    const neighbours = [...this.#peers.values()].map((peer) => {
      return { id: peer.id, isRelay: peer.role !== 'viewer', ...this.#accounting.of(peer) }
    })
    const [whole, pieces] = [this.#segments.stats, this.#pieces?.stats]
    return {
      bytesFromPeers: whole.bytesFromPeers + (pieces?.bytesFromPeers ?? 0),
      bytesFromRelays: whole.bytesFromRelays + (pieces?.bytesFromRelays ?? 0),
      bytesToPeers: whole.bytesToPeers + (pieces?.bytesToPeers ?? 0),
      peers: neighbours.filter(({ isRelay }) => !isRelay).length,
      roomSize: this.#pieces?.roomSize ?? 1,
      neighbours,
    }
  }

  /**
   * Sets the largest rate at which we upload to all peers together, in bit/s. `Infinity`: no limit. 0: we take payloads from others and
   * send none.
   */
  limitUploads(bitsPerSecond: number): void {
    this.#limit.set(bitsPerSecond)
  }

  /** Whether we are connected to a key server that has proven that this address is its own. */
  reachesKeyServer(server: Address): boolean {
    return this.#keys.reaches(server)
  }

  /** As `KeyTalk.ask`. */
  askKeyServer(server: Address, question: { content: Uint8Array; signal: AbortSignal }): Promise<Uint8Array> {
    return this.#keys.ask(server, question)
  }

  /** Leaves the room. Later fetches use only the store and the gateway. */
  leave(): void {
    this.#pieces?.close()
    this.#options.room.leave()
  }

  /** Stores a checked segment and offers it to the peers that exchange whole segments. */
  offer(held: Held): void {
    this.#segments.offer(held)
  }

  /**
   * Gets a checked payload from the store, a peer that exchanges whole segments, or the gateway. Rejects with the error of `fromGateway` or
   * the signal's reason.
   */
  fetch(request: MeshRequest): Promise<Fetched> {
    return this.#segments.fetch(request)
  }

  async #greet(channel: Channel): Promise<void> {
    const { greeting, room, onlyRelays } = this.#options
    const ours = this.#pieces ? (['introductions', 'pieces'] as const) : (['introductions'] as const)
    const sells = this.#options.keyDesk ? (['sealed'] as const) : []
    const capabilities = [...(greeting.capabilities ?? []), ...ours, ...sells]
    try {
      const peer = await greet(channel, { ...greeting, capabilities, limits, bufferCeilingBytes })
      if (onlyRelays && peer.role === 'viewer') room.avoid(peer.id)
      else this.#add(peer)
    } catch (error) {
      this.#banAfterFault(channel.peerId, error instanceof GoneError ? error.cause : error)
    }
  }

  #add(peer: Peer): void {
    const pieces = peer.capabilities.has('pieces') ? this.#pieces : undefined
    const exchange = pieces ?? this.#segments
    this.#closeDead(peer)
    this.#peers.set(peer.id, peer)
    log.debug('peer joined', () => ({ peer: peer.id, role: peer.role, address: peer.address }))
    peer.on('close', (reason) => {
      log.debug('peer left', () => ({ peer: peer.id, reason: reason?.name }))
      if (this.#peers.get(peer.id) === peer) this.#peers.delete(peer.id)
      exchange.remove(peer)
      this.#introductions.remove(peer)
      this.#keys.remove(peer)
      this.#accounting.left(peer, reason)
      this.#banAfterFault(peer.id, reason)
      this.emit('change')
    })
    this.#accounting.met(peer, {
      send: (payment) => peer.send({ type: 'payment', payment }),
      askAgain: () => exchange.askAgain(peer),
      ban: (reason) => peer.close(reason),
    })
    if (!pieces) this.#offerAllWhole()
    exchange.add(peer)
    if (peer.capabilities.has('introductions')) this.#introductions.add(peer)
    this.#keys.add(peer)
    peer.on('message', (message) => {
      if (this.#introductions.receive(peer, message) || this.#keys.receive(peer, message)) return
      exchange.receive(peer, message)
    })
    this.emit('change')
  }

  /**
   * A killed process closes no connection, and WebRTC notices only after 30 s that the process is gone. So when a relay connects again, we
   * close its silent connection.
   */
  #closeDead({ address }: Peer): void {
    if (!address) return
    for (const other of [...this.#peers.values()])
      if (other.address && isAddressEqual(other.address, address) && other.silentMs >= maxSilenceMs) other.close()
  }

  /** Bans a peer that broke a rule. A broken connection is no reason for a ban. */
  #banAfterFault(peerId: Hex, reason: unknown): void {
    if (!(reason instanceof ProtocolError) || reason instanceof ConnectionLostError) return
    log.debug('peer banned', () => ({ peer: peerId, reason: reason.message }))
    this.#options.room.avoid(peerId)
    this.emit('banned', reason)
  }

  /** A peer that exchanges whole segments also gets the segments that came in pieces. */
  #offerWhole(growing: GrowingSegment): void {
    if (this.#segments.size === 0) return
    const data = growing.isComplete ? growing.read(0, growing.knownLength) : undefined
    if (growing.segment && data) this.#segments.offer({ segment: growing.segment, data })
  }

  #offerAllWhole(): void {
    for (const streamId of this.#pieces?.streamIds ?? [])
      for (const growing of this.#pieces?.segments(streamId) ?? []) {
        const data = growing.isComplete ? growing.read(0, growing.knownLength) : undefined
        if (growing.segment && data) this.#segments.offer({ segment: growing.segment, data })
      }
  }
}
