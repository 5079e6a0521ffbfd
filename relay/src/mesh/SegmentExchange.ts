import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { logOf } from '../log'
import type { Accounting } from './Accounting'
import type { Download } from './Download'
import { Emitter } from './Emitter'
import { GatewayTimes } from './GatewayTimes'
import { Neighbour } from './Neighbour'
import type { Peer } from './Peer'
import { type Fetched, type MeshRequest, SegmentFetch } from './SegmentFetch'
import { type Held, SegmentStore } from './SegmentStore'
import { type Decision, schedule } from './schedule'
import type { RejectReason } from './shareMessages'
import type { UploadLimit } from './UploadLimit'
import { Uploads } from './Uploads'
import type { Message } from './wire'

const log = logOf('mesh')

export type SegmentExchangeOptions = {
  selfId: Hex
  accounting: Accounting
  limit: UploadLimit
  /** Rejects with a `ProtocolError` unless the header contains the hash of `data`. */
  verify(segment: Segment.Header, data: Uint8Array): Promise<void>
  storeBytes: number
  random(): number
}

type Events = {
  /** `stats` has changed. */
  change: []
  /** A peer sent HAVE. */
  have: []
}

/** After a rejection as `busy`, we wait 1 to 2.5 times this long before we ask the peer again. */
const busyMs = 100

/** Exchanges whole segments with all peers with which we do not exchange pieces. */
export class SegmentExchange extends Emitter<Events> {
  readonly #options: SegmentExchangeOptions
  readonly #store: SegmentStore
  readonly #uploads: Uploads
  readonly #neighbours = new Map<Hex, Neighbour>()
  readonly #fetches = new Set<SegmentFetch>()
  readonly #gatewayTimes = new GatewayTimes()
  #bytesFromPeers = 0
  #bytesFromRelays = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: SegmentExchangeOptions) {
    super()
    const { accounting, limit, storeBytes } = options
    this.#options = options
    this.#store = new SegmentStore({ maxBytes: storeBytes })
    this.#uploads = new Uploads({ store: this.#store, accounting, limit, onEnd: () => this.emit('change') })
    limit.on('change', () => {
      for (const { peer } of this.#neighbours.values()) this.#sendHoldings(peer, this.#store.levels)
    })
  }

  get stats(): { bytesFromPeers: number; bytesFromRelays: number; bytesToPeers: number } {
    const { sentBytes: bytesToPeers } = this.#uploads
    return { bytesFromPeers: this.#bytesFromPeers, bytesFromRelays: this.#bytesFromRelays, bytesToPeers }
  }

  /** The number of peers that exchange whole segments with us. */
  get size(): number {
    return this.#neighbours.size
  }

  /** Stores a checked segment and offers it to the peers. */
  offer(held: Held): void {
    const { streamId, sequenceNumber } = held.segment
    const shrunkLevels = this.#store.put(held)
    shrunkLevels.delete(streamId)
    if (this.#options.limit.isOff) return
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

  add(peer: Peer): void {
    const { accounting } = this.#options
    const neighbour = new Neighbour(peer, { nowMs: () => performance.now() })
    this.#neighbours.set(peer.id, neighbour)
    neighbour.on('have', () => {
      this.emit('have')
      this.#plan()
    })
    neighbour.on('request', (request) => this.#uploads.request(peer, request))
    neighbour.on('cancel', (requestId) => this.#uploads.cancel(peer, requestId))
    neighbour.on('reject', (download, reason) => this.#rejected(download, reason))
    neighbour.on('complete', (download) => void this.#complete(neighbour, download))
    neighbour.on('piece', (piece) => accounting.received(peer, piece))
    neighbour.on('payment', (payment) => accounting.hear(peer, payment))
    this.#sendHoldings(peer, this.#store.levels)
  }

  receive(peer: Peer, message: Message): void {
    const neighbour = this.#neighbours.get(peer.id)
    if (neighbour?.peer === peer) neighbour.receive(message)
  }

  /** The peer has left. */
  remove(peer: Peer): void {
    const neighbour = this.#neighbours.get(peer.id)
    if (neighbour?.peer !== peer) return
    this.#neighbours.delete(peer.id)
    this.#uploads.removePeer(peer)
    for (const fetch of this.#fetches) if (fetch.isAsking(neighbour)) fetch.rejected()
    this.#plan()
  }

  /** The peer has acknowledged a payment, so we can ask the peer again. */
  askAgain(peer: Peer): void {
    const neighbour = this.#neighbours.get(peer.id)
    if (neighbour) neighbour.isUnpaid = false
    this.#plan()
  }

  /** Tells the peer which segments of these levels we hold. While our uploads are off, says that we hold none. */
  #sendHoldings(peer: Peer, levels: Iterable<Hex>): void {
    for (const streamId of levels) {
      const sequenceNumbers = this.#options.limit.isOff ? [] : this.#store.sequenceNumbers(streamId)
      peer.send({ type: 'have', streamId, isWhole: true, sequenceNumbers })
    }
  }

  #plan(): void {
    clearTimeout(this.#timer)
    const wants = [...this.#fetches].filter(({ isOver }) => !isOver)
    if (wants.length === 0) return
    const nowMs = performance.now()
    const { decisions, wakeAtMs } = schedule<SegmentFetch>({
      ...{ nowMs, selfId: this.#options.selfId, wants, random: this.#options.random },
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
    // If a peer wants a payment first, it still holds the segment. After `askAgain`, the schedule can ask this peer immediately.
    const retryAtMs = { busy: nowMs + busyMs * (1 + 1.5 * this.#options.random()), unpaid: nowMs, missing: undefined }
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
    const { streamId, sequenceNumber } = segment
    this.#options.accounting.checked(peer, { streamId, sequenceNumber, byteLength: data.length })
    if (fetch.isOver) return
    if (peer.role === 'viewer') this.#bytesFromPeers += data.length
    else this.#bytesFromRelays += data.length
    this.offer({ segment, data })
    const { askedMs: startMs, answeredMs: firstByteMs = endMs } = download
    fetch.finish({ from: 'peer', payload: { data, startMs, firstByteMs, endMs } })
    this.emit('change')
  }
}
