import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type Accounting, freeForAll } from './Accounting'
import type { Download } from './Download'
import { Emitter } from './Emitter'
import { Errand, type Fetched, type MeshRequest } from './Errand'
import { GatewayTimes } from './GatewayTimes'
import { type GreetOptions, greet } from './greet'
import { Neighbour } from './Neighbour'
import { GoneError, type Peer } from './Peer'
import { type Held, SegmentStore } from './SegmentStore'
import { type Decision, schedule } from './schedule'
import type { RejectReason } from './shareMessages'
import { type Channel, ConnectionLostError, type Room } from './Transport'
import { Uploads } from './Uploads'

export type MeshOptions = {
  room: Room
  /** Our `Transport.peerId`, under which the others know us. */
  selfId: Hex
  /** Who we are, and who is a relay. */
  greeting: Pick<GreetOptions, 'streamId' | 'role' | 'capabilities' | 'paymentKey' | 'sign' | 'recover' | 'isRelay'>
  /** Throws a `ProtocolError` unless `data` is the payload that the header names. */
  verify(segment: Segment.Header, data: Uint8Array): Promise<void>
  accounting?: Accounting
  /** What is kept for others. Default 32 MiB: half a minute of two good levels. */
  storeBytes?: number
  /** From 0 to below 1. */
  random?(): number
}

export type MeshEvents = {
  /** `stats` has changed. */
  change: []
  /** A peer said what it holds. */
  have: []
  /** A peer broke a rule: it was cut off and is not met again. */
  cut: [error: ProtocolError]
}

export type MeshStats = {
  /** Of checked segments, from viewers. */
  bytesFromPeers: number
  /** From peers that have proven to be a relay, or the broadcaster. */
  bytesFromRelays: number
  /** Viewers that we are connected to. */
  peers: number
}

const defaultStoreBytes = 32 * 1024 * 1024
/** A viewer has less to say than a broadcaster. */
const limits = { messagesPerSecond: 1_000, bytesPerSecond: 16 * 1024 * 1024 }
/** What waits in a channel is what a CANCEL comes too late for. */
const bufferCeilingBytes = 128 * 1024
const busyMs = 100

/** The peers of one stream and the segments among them: gives ours to those who ask, and gets what we want in time. */
export class Mesh extends Emitter<MeshEvents> {
  readonly #options: MeshOptions
  readonly #accounting: Accounting
  readonly #random: () => number
  readonly #store: SegmentStore
  readonly #uploads: Uploads
  readonly #neighbours = new Map<Hex, Neighbour>()
  readonly #errands = new Set<Errand>()
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
    this.#uploads = new Uploads({ store: this.#store, accounting })
    for (const channel of room.channels.values()) this.#meet(channel)
    room.on('channel', (channel) => this.#meet(channel))
  }

  get stats(): MeshStats {
    const viewers = [...this.#neighbours.values()].filter(({ peer }) => peer.role === 'viewer')
    return { bytesFromPeers: this.#bytesFromPeers, bytesFromRelays: this.#bytesFromRelays, peers: viewers.length }
  }

  /** Leaves the room. What is still wanted comes from the gateway. */
  leave(): void {
    this.#options.room.leave()
  }

  /** Offers a checked segment to the others. */
  put(held: Held): void {
    const { streamId, sequenceNumber } = held.segment
    const losers = this.#store.put(held)
    losers.delete(streamId)
    const news = { type: 'have', streamId, isWhole: false, sequenceNumbers: [sequenceNumber] } as const
    for (const { peer } of this.#neighbours.values()) {
      peer.send(news)
      this.#tellAll(peer, losers)
    }
  }

  /** A checked payload, from whoever gives it in time. Rejects with what `fromGateway` threw, or the signal's reason. */
  fetch(request: MeshRequest): Promise<Fetched> {
    const nowMs = performance.now()
    const held = this.#store.get(request.segment)
    if (held) {
      const times = { startMs: nowMs, firstByteMs: nowMs, endMs: nowMs }
      return Promise.resolve({ from: 'store', parcel: { ...times, data: held.data.slice() } })
    }
    const errand = new Errand(request, nowMs)
    this.#errands.add(errand)
    this.#plan()
    return errand.result.finally(() => this.#errands.delete(errand))
  }

  async #meet(channel: Channel): Promise<void> {
    try {
      this.#admit(await greet(channel, { ...this.#options.greeting, limits, bufferCeilingBytes }))
    } catch (error) {
      this.#part(channel.peerId, error instanceof GoneError ? error.cause : error)
    }
  }

  #admit(peer: Peer): void {
    const neighbour = new Neighbour(peer, { nowMs: () => performance.now() })
    this.#neighbours.set(peer.id, neighbour)
    peer.on('close', (reason) => {
      this.#neighbours.delete(peer.id)
      this.#uploads.forget(peer)
      this.#accounting.left(peer, reason)
      for (const errand of this.#errands) if (errand.isWith(neighbour)) errand.refused()
      this.#part(peer.id, reason)
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
    this.#tellAll(peer, this.#store.levels)
    this.emit('change')
    neighbour.listen()
  }

  /** Whoever broke a rule is not met again; whose connection broke may come back. */
  #part(peerId: Hex, reason: unknown): void {
    if (!(reason instanceof ProtocolError) || reason instanceof ConnectionLostError) return
    this.#options.room.avoid(peerId)
    this.emit('cut', reason)
  }

  #tellAll(peer: Peer, levels: Iterable<Hex>): void {
    for (const streamId of levels) {
      const sequenceNumbers = this.#store.sequenceNumbers(streamId)
      peer.send({ type: 'have', streamId, isWhole: true, sequenceNumbers })
    }
  }

  #plan(): void {
    clearTimeout(this.#timer)
    const wants = [...this.#errands].filter(({ isOver }) => !isOver)
    if (wants.length === 0) return
    const nowMs = performance.now()
    const { decisions, wakeAtMs } = schedule<Errand>({
      ...{ nowMs, selfId: this.#options.selfId, wants, random: this.#random },
      gatewayMs: this.#gatewayTimes.slowestMs,
      sources: [...this.#neighbours.values()].map(({ peer, holdings, throughput, pending, isUnpaid }) => ({
        ...{ id: peer.id, isRelay: peer.role !== 'viewer', holdings, pending, isUnpaid },
        bytesPerMs: throughput.at(nowMs),
      })),
    })
    for (const decision of decisions) this.#follow(decision)
    if (wakeAtMs < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#plan(), wakeAtMs - nowMs)
  }

  #follow(decision: Decision<Errand>): void {
    const { type, want } = decision
    if (type === 'gateway') void this.#askGateway(want)
    else if (type === 'giveUp') want.giveUp()
    else if (type === 'drop') want.drop()
    else {
      const neighbour = this.#neighbours.get(decision.peerId)
      if (neighbour) want.ask(neighbour)
    }
  }

  async #askGateway(errand: Errand): Promise<void> {
    const answer = await errand.askGateway(() => performance.now())
    if (!answer) return this.#plan()
    this.#gatewayTimes.add(answer.tookMs)
    if (errand.isOver) return
    this.put({ segment: errand.request.segment, data: answer.parcel.data })
    errand.finish({ from: 'gateway', parcel: answer.parcel })
  }

  #errandOf(download: Download): Errand | undefined {
    return [...this.#errands].find((errand) => errand.isAbout(download))
  }

  #rejected(download: Download, reason: RejectReason): void {
    const nowMs = performance.now()
    // An unpaid peer keeps the segment: it may be asked as soon as it is paid.
    const retryAtMs = { busy: nowMs + busyMs * (1 + 1.5 * this.#random()), unpaid: nowMs, missing: undefined }
    this.#errandOf(download)?.refused(retryAtMs[reason])
    this.#plan()
  }

  async #complete({ peer }: Neighbour, download: Download): Promise<void> {
    const errand = this.#errandOf(download)
    if (!errand) return
    const { segment } = errand.request
    const data = download.take()
    const endMs = performance.now()
    try {
      await this.#options.verify(segment, data)
    } catch (error) {
      errand.refused()
      if (error instanceof ProtocolError) peer.close(error)
      return this.#plan()
    }
    if (errand.isOver) return
    if (peer.role === 'viewer') this.#bytesFromPeers += data.length
    else this.#bytesFromRelays += data.length
    this.put({ segment, data })
    const { askedMs: startMs, answeredMs: firstByteMs = endMs } = download
    errand.finish({ from: 'peer', parcel: { data, startMs, firstByteMs, endMs } })
    this.emit('change')
  }
}
