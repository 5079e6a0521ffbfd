import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { logOf } from '../log'
import { type Accounting, freeForAll } from './Accounting'
import type { Download } from './Download'
import { Emitter } from './Emitter'
import { GatewayTimes } from './GatewayTimes'
import { type GreetOptions, greet } from './greet'
import { Neighbour } from './Neighbour'
import { GoneError, type Peer } from './Peer'
import { type Fetched, type MeshRequest, SegmentFetch } from './SegmentFetch'
import { type Held, SegmentStore } from './SegmentStore'
import { type Decision, schedule } from './schedule'
import type { RejectReason } from './shareMessages'
import { type Channel, ConnectionLostError, type Room } from './Transport'
import { Uploads } from './Uploads'

const log = logOf('mesh')

export type MeshOptions = {
  room: Room
  /** Our `Transport.peerId`. */
  selfId: Hex
  /** The fields of our HELLO, and the checks of a peer's HELLO. */
  greeting: Pick<GreetOptions, 'streamId' | 'role' | 'capabilities' | 'paymentKey' | 'sign' | 'recover' | 'isRelay'>
  /** Rejects with a `ProtocolError` unless the header contains the hash of `data`. */
  verify(segment: Segment.Header, data: Uint8Array): Promise<void>
  accounting?: Accounting
  /** Size of the store of segments that we offer. Default 32 MiB: 30 s of two levels at 4 Mbit/s each. */
  storeBytes?: number
  /** A random number of at least 0 and below 1. Default `Math.random`. */
  random?(): number
}

export type MeshEvents = {
  /** `stats` has changed. */
  change: []
  /** A peer sent HAVE. */
  have: []
  /** A peer broke a rule. We have closed its channel and refuse new connections with this peer. */
  banned: [error: ProtocolError]
}

export type MeshStats = {
  /** Bytes of checked segments that came from viewers. */
  bytesFromPeers: number
  /** Bytes of checked segments that came from peers with the proven role of a relay or broadcaster. */
  bytesFromRelays: number
  /** Bytes of payloads that we sent to viewers. */
  bytesToPeers: number
  /** The number of connected viewers. */
  peers: number
}

const defaultStoreBytes = 32 * 1024 * 1024
/** Fewer messages than the default of `greet`, because a viewer sends fewer messages than a broadcaster. */
const limits = { messagesPerSecond: 1_000, bytesPerSecond: 16 * 1024 * 1024 }
/** Low, because CANCEL cannot stop bytes that are already queued in a channel. */
const bufferCeilingBytes = 128 * 1024
/** After a rejection as `busy` we wait 1 to 2.5 times this long before we ask the peer again. */
const busyMs = 100

/** Exchanges segments of one stream with peers: sends the segments that we hold, and fetches segments before their deadlines. */
export class Mesh extends Emitter<MeshEvents> {
  readonly #options: MeshOptions
  readonly #accounting: Accounting
  readonly #random: () => number
  readonly #store: SegmentStore
  readonly #uploads: Uploads
  readonly #neighbours = new Map<Hex, Neighbour>()
  readonly #fetches = new Set<SegmentFetch>()
  readonly #gatewayTimes = new GatewayTimes()
  #bytesFromPeers = 0
  #bytesFromRelays = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: MeshOptions) {
    super()
    const { room, accounting = freeForAll, storeBytes = defaultStoreBytes, random = Math.random } = options
    this.#options = options
    this.#accounting = accounting
    this.#random = random
    this.#store = new SegmentStore({ maxBytes: storeBytes })
    this.#uploads = new Uploads({ store: this.#store, accounting, onEnd: () => this.emit('change') })
    for (const channel of room.channels.values()) this.#greet(channel)
    room.on('channel', (channel) => this.#greet(channel))
  }

  get stats(): MeshStats {
    const viewers = [...this.#neighbours.values()].filter(({ peer }) => peer.role === 'viewer')
    return {
      bytesFromPeers: this.#bytesFromPeers,
      bytesFromRelays: this.#bytesFromRelays,
      bytesToPeers: this.#uploads.sentBytes,
      peers: viewers.length,
    }
  }

  /** Leaves the room. From now on all fetches use the gateway. */
  leave(): void {
    this.#options.room.leave()
  }

  /** Stores a checked segment and offers it to the peers. */
  offer(held: Held): void {
    const { streamId, sequenceNumber } = held.segment
    const shrunkLevels = this.#store.put(held)
    shrunkLevels.delete(streamId)
    const news = { type: 'have', streamId, isWhole: false, sequenceNumbers: [sequenceNumber] } as const
    for (const { peer } of this.#neighbours.values()) {
      peer.send(news)
      this.#sendHoldings(peer, shrunkLevels)
    }
  }

  /**
   * Gets a checked payload from the store, a peer or the gateway. Rejects with the error of `fromGateway` or the signal's reason.
   */
  fetch(request: MeshRequest): Promise<Fetched> {
    const nowMs = performance.now()
    const held = this.#store.get(request.segment)
    if (held) {
      const times = { startMs: nowMs, firstByteMs: nowMs, endMs: nowMs }
      return Promise.resolve({ from: 'store', payload: { ...times, data: held.data.slice() } })
    }
    const fetch = new SegmentFetch(request, nowMs)
    this.#fetches.add(fetch)
    this.#plan()
    return fetch.result.finally(() => this.#fetches.delete(fetch))
  }

  async #greet(channel: Channel): Promise<void> {
    try {
      this.#add(await greet(channel, { ...this.#options.greeting, limits, bufferCeilingBytes }))
    } catch (error) {
      this.#banAfterFault(channel.peerId, error instanceof GoneError ? error.cause : error)
    }
  }

  #add(peer: Peer): void {
    const neighbour = new Neighbour(peer, { nowMs: () => performance.now() })
    this.#neighbours.set(peer.id, neighbour)
    log.debug('peer joined', () => ({ peer: peer.id, role: peer.role, address: peer.address }))
    peer.on('close', (reason) => {
      log.debug('peer left', () => ({ peer: peer.id, reason: reason?.name }))
      this.#neighbours.delete(peer.id)
      this.#uploads.removePeer(peer)
      this.#accounting.left(peer, reason)
      for (const fetch of this.#fetches) if (fetch.isAsking(neighbour)) fetch.rejected()
      this.#banAfterFault(peer.id, reason)
      this.emit('change')
      this.#plan()
    })
    neighbour.on('have', () => {
      this.emit('have')
      this.#plan()
    })
    neighbour.on('request', (request) => this.#uploads.request(peer, request))
    neighbour.on('cancel', (requestId) => this.#uploads.cancel(peer, requestId))
    neighbour.on('reject', (download, reason) => this.#rejected(download, reason))
    neighbour.on('complete', (download) => void this.#complete(neighbour, download))
    neighbour.on('piece', (piece) => this.#accounting.received(peer, piece))
    neighbour.on('payment', (payment) => this.#accounting.hear(peer, payment))
    this.#accounting.met(peer, {
      send: (payment) => peer.send({ type: 'payment', payment }),
      askAgain: () => {
        neighbour.isUnpaid = false
        this.#plan()
      },
    })
    this.#sendHoldings(peer, this.#store.levels)
    this.emit('change')
    neighbour.listen()
  }

  /** Bans a peer that broke a rule. A broken connection is no reason for a ban. */
  #banAfterFault(peerId: Hex, reason: unknown): void {
    if (!(reason instanceof ProtocolError) || reason instanceof ConnectionLostError) return
    log.debug('peer banned', () => ({ peer: peerId, reason: reason.message }))
    this.#options.room.avoid(peerId)
    this.emit('banned', reason)
  }

  #sendHoldings(peer: Peer, levels: Iterable<Hex>): void {
    for (const streamId of levels) {
      const sequenceNumbers = this.#store.sequenceNumbers(streamId)
      peer.send({ type: 'have', streamId, isWhole: true, sequenceNumbers })
    }
  }

  #plan(): void {
    clearTimeout(this.#timer)
    const wants = [...this.#fetches].filter(({ isOver }) => !isOver)
    if (wants.length === 0) return
    const nowMs = performance.now()
    const { decisions, wakeAtMs } = schedule<SegmentFetch>({
      ...{ nowMs, selfId: this.#options.selfId, wants, random: this.#random },
      gatewayMs: this.#gatewayTimes.slowestMs,
      sources: [...this.#neighbours.values()].map(({ peer, holdings, throughput, pending, isUnpaid }) => ({
        ...{ id: peer.id, isRelay: peer.role !== 'viewer', holdings, pending, isUnpaid },
        bytesPerMs: throughput.at(nowMs),
      })),
    })
    for (const decision of decisions) this.#carryOut(decision)
    if (wakeAtMs < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#plan(), wakeAtMs - nowMs)
  }

  #carryOut(decision: Decision<SegmentFetch>): void {
    const { type, want } = decision
    log.debug('decision about a segment', () => ({
      ...{ type, streamId: want.streamId, sequenceNumber: want.sequenceNumber },
      ...(type === 'ask' && { peer: decision.peerId }),
    }))
    if (type === 'gateway') void this.#askGateway(want)
    else if (type === 'giveUp') want.giveUp()
    else if (type === 'drop') want.dropSilentPeer()
    else {
      const neighbour = this.#neighbours.get(decision.peerId)
      if (neighbour) want.ask(neighbour)
    }
  }

  async #askGateway(fetch: SegmentFetch): Promise<void> {
    const answer = await fetch.askGateway(() => performance.now())
    if (!answer) return this.#plan()
    this.#gatewayTimes.add(answer.tookMs)
    if (fetch.isOver) return
    this.offer({ segment: fetch.request.segment, data: answer.payload.data })
    fetch.finish({ from: 'gateway', payload: answer.payload })
  }

  #fetchOf(download: Download): SegmentFetch | undefined {
    return [...this.#fetches].find((fetch) => fetch.isWaitingFor(download))
  }

  #rejected(download: Download, reason: RejectReason): void {
    log.debug('request rejected', () => ({ reason }))
    const nowMs = performance.now()
    // A peer that we must pay first still holds the segment. After `askAgain` the schedule may ask this peer immediately.
    const retryAtMs = { busy: nowMs + busyMs * (1 + 1.5 * this.#random()), unpaid: nowMs, missing: undefined }
    this.#fetchOf(download)?.rejected(retryAtMs[reason])
    this.#plan()
  }

  async #complete({ peer }: Neighbour, download: Download): Promise<void> {
    const fetch = this.#fetchOf(download)
    if (!fetch) return
    const { segment } = fetch.request
    const data = download.concatenate()
    const endMs = performance.now()
    try {
      await this.#options.verify(segment, data)
    } catch (error) {
      fetch.rejected()
      if (error instanceof ProtocolError) peer.close(error)
      return this.#plan()
    }
    if (fetch.isOver) return
    if (peer.role === 'viewer') this.#bytesFromPeers += data.length
    else this.#bytesFromRelays += data.length
    this.offer({ segment, data })
    const { askedMs: startMs, answeredMs: firstByteMs = endMs } = download
    fetch.finish({ from: 'peer', payload: { data, startMs, firstByteMs, endMs } })
    this.emit('change')
  }
}
