import { ProtocolError } from '@lp/contracts/protocol'
import { bytesToHex, type Hex } from 'viem'
import { Emitter } from './Emitter'
import { RefusedError, Signaling, type WebSocketConstructor } from './signaling'
import { TokenBucket } from './TokenBucket'
import { type Channel, ConnectError, type Room, type RoomEvents, type RoomOptions } from './Transport'
import type { TrackerMessage } from './trackerMessage'
import type { Dialer, Half } from './webrtc'

type Call = Extract<TrackerMessage, { type: 'offer' | 'answer' }>
/** An attempt to connect to a known peer. `ours`: whether the peer answered our offer. Otherwise we answered the peer's offer. */
type Attempt = { readonly ours: boolean; readonly abort: AbortController }
/** Our offer that no peer has answered yet. The tracker chooses the peer that receives the offer. */
type Offer = { readonly half: Half; readonly abort: AbortController; readonly expiry: ReturnType<typeof setTimeout> }
type Tracker = {
  readonly signaling: Signaling
  peersInRoom: number
  offeredMs: number
  announcedMs: number
  /** The time at which `timer` starts the next announce. */
  dueMs: number
  timer?: ReturnType<typeof setTimeout>
}

/** The largest number of attempts at the same time. Each attempt costs memory and a DTLS certificate, and strangers can cause attempts. */
const maxAttempts = 64
const maxOffersPerTracker = 10
const offerLifeMs = 15_000
const connectTimeoutMs = 15_000
/**
 * The largest number of avoided peers in the list. A longer list would not help, because a peer can change its id at no cost. A
 * full list drops its oldest id.
 */
const maxAvoided = 1_024
/** Delay of the announce after a lost channel. Jitter makes the two peers of a lost channel announce at different times. */
const replaceDelayMs = 300

/** A room that finds its peers through WebTorrent trackers. */
export class TrackerRoom extends Emitter<RoomEvents> implements Room {
  readonly infoHash: Hex
  readonly channels = new Map<Hex, Channel>()
  readonly #peerId: Hex
  readonly #dialer: Dialer
  readonly #maxChannels: number
  readonly #wantedChannels: number
  readonly #offersPerAnnounce: number
  readonly #intervalMs: { searching: number; satisfied: number }
  readonly #trackers: Tracker[]
  readonly #attempts = new Map<Hex, Attempt>()
  readonly #offers = new Map<Hex, Offer>()
  readonly #calls = new TokenBucket({ perSecond: 20, burst: 50 })
  readonly #avoided = new Set<Hex>()
  #left = false

  constructor(options: RoomOptions & { peerId: Hex; dialer: Dialer; WebSocket: WebSocketConstructor }) {
    super()
    const { infoHash, peerId, dialer, WebSocket, trackers, maxChannels = 16 } = options
    this.infoHash = infoHash
    this.#peerId = peerId
    this.#dialer = dialer
    this.#maxChannels = maxChannels
    this.#wantedChannels = Math.min(options.wantedChannels ?? maxChannels, maxChannels)
    this.#offersPerAnnounce = options.offers ?? 5
    this.#intervalMs = options.announceIntervalMs ?? { searching: 5_000, satisfied: 30_000 }
    this.#trackers = [...new Set(trackers)].map((url) => ({
      signaling: new Signaling({ url, infoHash, peerId, WebSocket }),
      peersInRoom: 0,
      offeredMs: Number.NEGATIVE_INFINITY,
      announcedMs: Number.NEGATIVE_INFINITY,
      dueMs: Number.POSITIVE_INFINITY,
    }))
    for (const tracker of this.#trackers) this.#listen(tracker)
  }

  avoid(peerId: Hex, reason?: ProtocolError) {
    this.#avoided.delete(peerId)
    this.#avoided.add(peerId)
    for (const oldest of this.#avoided) if (this.#avoided.size > maxAvoided) this.#avoided.delete(oldest)
    this.#attempts.get(peerId)?.abort.abort()
    this.channels.get(peerId)?.close(reason)
  }

  leave() {
    if (this.#left) return
    this.#left = true
    for (const { signaling, timer } of this.#trackers) {
      clearTimeout(timer)
      signaling.close()
    }
    for (const { expiry } of this.#offers.values()) clearTimeout(expiry)
    for (const { abort } of [...this.#offers.values(), ...this.#attempts.values()]) abort.abort()
    for (const channel of [...this.channels.values()]) channel.close()
  }

  #listen(tracker: Tracker) {
    const { signaling } = tracker
    const { url } = signaling
    signaling.on('up', () => {
      this.emit('tracker', { url, up: true })
      // The first announce has no offers: the number of offers depends on the number of peers, which the tracker sends in its
      // answer.
      signaling.announce({ event: 'started' })
      this.#announceIn(tracker, this.#nextIntervalMs())
    })
    signaling.on('down', (error) => {
      clearTimeout(tracker.timer)
      this.emit('tracker', { url, up: false })
      this.emit('fault', error)
    })
    signaling.on('fault', (error) => this.emit('fault', error))
    signaling.on('message', (message) => {
      if (message.type === 'offer') this.#answer(signaling, message)
      else if (message.type === 'answer') this.#accept(message)
      else if (message.type === 'failure') this.emit('fault', new RefusedError({ url, reason: message.reason }))
      else {
        tracker.peersInRoom = message.peersInRoom
        const restedMs = performance.now() - tracker.offeredMs
        if (this.#offersToMake(tracker) > 0 && restedMs > this.#intervalMs.searching / 2) this.#announce(tracker)
      }
    })
  }

  /**
   * How many offers to make: at most one for each missing channel, and at most one for each peer in the tracker's room to which we
   * have no channel.
   */
  #offersToMake({ peersInRoom }: Tracker) {
    const wanted = this.#wantedChannels - this.channels.size - this.#attempts.size
    const others = peersInRoom - 1 - this.channels.size - this.#attempts.size
    const free = maxOffersPerTracker * this.#trackers.length - this.#offers.size
    return Math.max(0, Math.min(wanted, others, free, this.#offersPerAnnounce))
  }

  #nextIntervalMs() {
    const { searching, satisfied } = this.#intervalMs
    const intervalMs = this.channels.size < this.#wantedChannels ? searching : satisfied
    return intervalMs * (0.8 + 0.4 * Math.random())
  }

  #announceIn(tracker: Tracker, delayMs: number) {
    clearTimeout(tracker.timer)
    tracker.dueMs = performance.now() + delayMs
    tracker.timer = setTimeout(() => this.#announce(tracker), delayMs)
  }

  /**
   * Moves the next announce to an earlier time, because a channel is missing. Never moves it to a later time, because a peer could
   * then stop our announces with attempts that fail.
   */
  #announceSoon() {
    for (const tracker of this.#trackers) {
      const nowMs = performance.now()
      const earliestMs = tracker.announcedMs + this.#intervalMs.searching / 5
      const soonMs = Math.max(nowMs + replaceDelayMs * (0.5 + Math.random()), earliestMs)
      if (!this.#left && tracker.signaling.up && soonMs < tracker.dueMs) this.#announceIn(tracker, soonMs - nowMs)
    }
  }

  async #announce(tracker: Tracker) {
    this.#announceIn(tracker, this.#nextIntervalMs())
    tracker.announcedMs = performance.now()
    const count = this.#offersToMake(tracker)
    if (count > 0) tracker.offeredMs = performance.now()
    const offers = await Promise.all(Array.from({ length: count }, () => this.#offer()))
    tracker.signaling.announce({ offers: offers.filter((offer) => offer !== undefined) })
  }

  /** Makes an offer. The offer becomes invalid after `offerLifeMs`, or when a peer answers it. */
  async #offer(): Promise<{ offerId: Hex; sdp: string } | undefined> {
    const abort = new AbortController()
    const offerId = bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
    try {
      const half = await this.#dialer.offer(abort.signal)
      if (this.#left) throw new ConnectError({ cause: 'we have left the room' })
      const expiry = setTimeout(() => this.#offers.delete(offerId) && abort.abort(), offerLifeMs)
      this.#offers.set(offerId, { half, abort, expiry })
      return { offerId, sdp: half.sdp }
    } catch (cause) {
      abort.abort()
      this.#failed(cause)
      return undefined
    }
  }

  async #answer(signaling: Signaling, { peerId, offerId, sdp }: Call) {
    if (this.#isFull() || this.#isKnown(peerId)) return
    if (this.#attempts.has(peerId) || !this.#calls.take(1)) return
    await this.#connect({ peerId, ours: false, abort: new AbortController() }, async (signal) => {
      const { sdp: answer, channel } = await this.#dialer.answer({ peerId, sdp }, signal)
      signal.throwIfAborted()
      signaling.announce({ answer: { peerId, offerId, sdp: answer } })
      return channel
    })
  }

  async #accept({ peerId, offerId, sdp }: Call) {
    const offer = this.#offers.get(offerId)
    if (!offer) return
    this.#offers.delete(offerId)
    clearTimeout(offer.expiry)
    const attempt = this.#attempts.get(peerId)
    // When two peers send each other offers at the same time, both use the offer of the peer with the lower id.
    const loses = attempt && (attempt.ours || this.#peerId > peerId)
    if (loses || this.#isKnown(peerId) || (!attempt && this.#isFull())) return offer.abort.abort()
    attempt?.abort.abort()
    await this.#connect({ peerId, ours: true, abort: offer.abort }, () => offer.half.connect({ peerId, sdp }))
  }

  async #connect({ peerId, ...attempt }: Attempt & { peerId: Hex }, build: (signal: AbortSignal) => Promise<Channel>) {
    this.#attempts.set(peerId, attempt)
    const timeout = setTimeout(() => attempt.abort.abort(), connectTimeoutMs)
    const isCurrent = () => this.#attempts.get(peerId) === attempt
    let channel: Channel
    try {
      channel = await build(attempt.abort.signal)
    } catch (cause) {
      attempt.abort.abort()
      // If another attempt has replaced this attempt, this attempt has not failed.
      if (!isCurrent()) return
      this.#attempts.delete(peerId)
      this.#failed(cause, peerId)
      return this.#announceSoon()
    } finally {
      clearTimeout(timeout)
    }
    if (this.#left || !isCurrent()) return channel.close()
    this.#attempts.delete(peerId)
    this.#admit(channel)
  }

  #admit(channel: Channel) {
    this.channels.set(channel.peerId, channel)
    channel.on('close', () => {
      this.channels.delete(channel.peerId)
      this.#announceSoon()
    })
    this.emit('channel', channel)
  }

  #isKnown(peerId: Hex) {
    return peerId === this.#peerId || this.channels.has(peerId) || this.#avoided.has(peerId)
  }

  #isFull() {
    return this.channels.size + this.#attempts.size >= this.#maxChannels || this.#attempts.size >= maxAttempts
  }

  #failed(cause: unknown, peerId?: Hex) {
    if (this.#left) return
    const error = cause instanceof ProtocolError ? cause : new ConnectError({ cause, ...(peerId && { peerId }) })
    this.emit('fault', error)
  }
}
