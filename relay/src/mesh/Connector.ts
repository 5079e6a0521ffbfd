import { ProtocolError } from '@lp/contracts/protocol'
import { bytesToHex, type Hex } from 'viem'
import { Emitter } from './Emitter'
import type { Call, Connections, Finder, Offer } from './Finder'
import { TokenBucket } from './TokenBucket'
import { type Channel, ConnectError, type RoomEvents } from './Transport'
import type { Dialer, Half } from './webrtc'

export type ConnectorOptions = { peerId: Hex; dialer: Dialer; maxChannels: number; wantedChannels: number }

type Events = Pick<RoomEvents, 'channel' | 'fault'> & {
  /** A channel has closed, or an attempt to connect has failed. */
  missing: []
}

/**
 * An attempt to connect to a known peer. `ours` is true if the peer answered our offer, or if we connect without an offer. It is false if
 * we answered the peer's offer.
 */
type Attempt = { readonly ours: boolean; readonly abort: AbortController; readonly startedMs: number }
/** Our offer that no peer has answered yet. The finder chooses the peer that receives the offer. */
type OpenOffer = { half: Half; abort: AbortController; expiry: ReturnType<typeof setTimeout>; finder: Finder }

/** The largest number of attempts at the same time. Each attempt costs memory and a DTLS certificate, and strangers can cause attempts. */
const maxAttempts = 64
const offerLifeMs = 15_000
const connectTimeoutMs = 15_000
/** An attempt that takes longer than this will probably fail, so the room searches for another peer. */
const patienceMs = 1_500
/**
 * The largest number of peers in `#finderOf`, and in `#avoided`. More entries would not help, because a peer can change its id at no cost.
 */
const maxRemembered = 1_024

/** Opens the channels of a room to the peers that the finders of the room have found. */
export class Connector extends Emitter<Events> {
  readonly channels = new Map<Hex, Channel>()
  readonly #options: ConnectorOptions
  readonly #attempts = new Map<Hex, Attempt>()
  readonly #offers = new Map<Hex, OpenOffer>()
  readonly #calls = new TokenBucket({ perSecond: 20, burst: 50 })
  readonly #finders = new Set<Finder>()
  /** For each peer: the finder of our last attempt to connect to the peer. */
  readonly #finderOf = new Map<Hex, Finder>()
  /**
   * For each peer that we avoid: the finders through which we refuse the peer. An id proves nothing: a stranger can break a rule under the
   * id of an honest peer. Then the other finders can still find the honest peer.
   */
  readonly #avoided = new Map<Hex, Set<Finder>>()
  #closed = false

  constructor(options: ConnectorOptions) {
    super()
    this.#options = options
  }

  /** The state that this finder can see, and the actions that it can take. */
  connectionsOf(finder: Finder): Connections {
    const connector = this
    this.#finders.add(finder)
    return {
      channels: this.channels,
      get taken() {
        return connector.channels.size + connector.#attempts.size
      },
      limit: this.#options.maxChannels,
      get isSatisfied() {
        return connector.channels.size >= connector.#options.wantedChannels
      },
      get canOpen() {
        return !connector.#closed && connector.#canOpen(finder)
      },
      get missing() {
        return this.canOpen ? connector.#missing() : 0
      },
      get found() {
        return connector.#foundBy(finder)
      },
      get unanswered() {
        return [...connector.#offers.values()].filter((offer) => offer.finder === finder).length
      },
      accepts: (peerId) => this.#accepts(finder, peerId) && !this.#attempts.has(peerId),
      offer: () => this.#offer(finder),
      withdraw: (offerId) => {
        this.#takeOffer(finder, offerId)?.abort.abort()
      },
      accept: (answer) => this.#accept(finder, answer),
      answer: (offer, reply) => this.#answer(finder, offer, reply),
      dial: async (peerId, build) =>
        this.#accepts(finder, peerId) && !this.#attempts.has(peerId)
          ? this.#connect({ finder, peerId, ours: true, abort: new AbortController() }, build)
          : false,
      report: (error) => this.emit('fault', error),
    }
  }

  avoid(peerId: Hex, reason?: ProtocolError) {
    const finder = this.#finderOf.get(peerId)
    const avoided = this.#avoided.get(peerId) ?? new Set()
    remember(this.#avoided, peerId, finder ? avoided.add(finder) : new Set(this.#finders))
    this.#attempts.get(peerId)?.abort.abort()
    this.channels.get(peerId)?.close(reason)
  }

  close() {
    this.#closed = true
    for (const { expiry } of this.#offers.values()) clearTimeout(expiry)
    for (const { abort } of [...this.#offers.values(), ...this.#attempts.values()]) abort.abort()
    for (const channel of [...this.channels.values()]) channel.close()
  }

  async #offer(finder: Finder): Promise<Offer | undefined> {
    const abort = new AbortController()
    const offerId = bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
    try {
      const half = await this.#options.dialer.offer(abort.signal)
      if (this.#closed) throw new ConnectError({ cause: 'we have left the room' })
      const expiry = setTimeout(() => this.#offers.delete(offerId) && abort.abort(), offerLifeMs)
      this.#offers.set(offerId, { half, abort, expiry, finder })
      return { offerId, sdp: half.sdp }
    } catch (cause) {
      abort.abort()
      this.#failed(cause)
      return undefined
    }
  }

  #takeOffer(finder: Finder, offerId: Hex): OpenOffer | undefined {
    const offer = this.#offers.get(offerId)
    if (offer?.finder !== finder) return undefined
    this.#offers.delete(offerId)
    clearTimeout(offer.expiry)
    return offer
  }

  async #answer(finder: Finder, { peerId, sdp }: Call, reply: (sdp: string) => void): Promise<boolean> {
    if (!this.#accepts(finder, peerId) || this.#attempts.has(peerId) || !this.#calls.take(1)) return false
    return this.#connect({ finder, peerId, ours: false, abort: new AbortController() }, async (signal) => {
      const { sdp: answer, channel } = await this.#options.dialer.answer({ peerId, sdp }, signal)
      signal.throwIfAborted()
      reply(answer)
      return channel
    })
  }

  async #accept(finder: Finder, { peerId, offerId, sdp }: Call): Promise<boolean> {
    const offer = this.#takeOffer(finder, offerId)
    if (!offer) return false
    const attempt = this.#attempts.get(peerId)
    // When two peers send each other offers at the same time, both use the offer of the peer with the lower id.
    const loses = attempt && (attempt.ours || this.#options.peerId > peerId)
    if (loses || this.#isKnown(finder, peerId) || (!attempt && !this.#canOpen(finder))) {
      offer.abort.abort()
      return false
    }
    attempt?.abort.abort()
    const { abort, half } = offer
    return this.#connect({ finder, peerId, ours: true, abort }, () => half.connect({ peerId, sdp }))
  }

  async #connect(
    { finder, peerId, ...start }: Omit<Attempt, 'startedMs'> & { finder: Finder; peerId: Hex },
    build: (signal: AbortSignal) => Promise<Channel>,
  ): Promise<boolean> {
    const attempt = { ...start, startedMs: performance.now() }
    this.#attempts.set(peerId, attempt)
    remember(this.#finderOf, peerId, finder)
    const timeout = setTimeout(() => attempt.abort.abort(), connectTimeoutMs)
    const isCurrent = () => this.#attempts.get(peerId) === attempt
    let channel: Channel
    try {
      channel = await build(attempt.abort.signal)
    } catch (cause) {
      attempt.abort.abort()
      // If another attempt has replaced this attempt, this attempt has not failed.
      if (isCurrent()) {
        this.#attempts.delete(peerId)
        this.#failed(cause, peerId)
        this.emit('missing')
      }
      return false
    } finally {
      clearTimeout(timeout)
    }
    if (this.#closed || !isCurrent()) {
      channel.close()
      return false
    }
    this.#attempts.delete(peerId)
    this.#admit(channel)
    return true
  }

  #admit(channel: Channel) {
    this.channels.set(channel.peerId, channel)
    channel.on('close', () => {
      this.channels.delete(channel.peerId)
      this.emit('missing')
    })
    this.emit('channel', channel)
  }

  #isKnown(finder: Finder, peerId: Hex) {
    const isAvoided = this.#avoided.get(peerId)?.has(finder)
    return peerId === this.#options.peerId || this.channels.has(peerId) || isAvoided
  }

  #accepts(finder: Finder, peerId: Hex) {
    return !this.#closed && this.#canOpen(finder) && !this.#isKnown(finder, peerId)
  }

  #canOpen(finder: Finder) {
    const others = [...this.#finders].filter((other) => other !== finder)
    const reserved = others.reduce((sum, other) => sum + Math.max(0, (other.reserved ?? 0) - this.#foundBy(other)), 0)
    const taken = this.channels.size + this.#attempts.size
    return taken + reserved < this.#options.maxChannels && this.#attempts.size < maxAttempts
  }

  #missing() {
    const nowMs = performance.now()
    const young = [...this.#attempts.values()].filter(({ startedMs }) => nowMs - startedMs < patienceMs).length
    return Math.max(0, this.#options.wantedChannels - this.channels.size - young)
  }

  #foundBy(finder: Finder) {
    const peers = [...this.channels.keys(), ...this.#attempts.keys()]
    return peers.filter((peerId) => this.#finderOf.get(peerId) === finder).length
  }

  #failed(cause: unknown, peerId?: Hex) {
    if (this.#closed) return
    const error = cause instanceof ProtocolError ? cause : new ConnectError({ cause, ...(peerId && { peerId }) })
    this.emit('fault', error)
  }
}

/** Sets the value of a key. A full map forgets the key that has not been set for the longest time. */
function remember<Value>(map: Map<Hex, Value>, key: Hex, value: Value) {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) if (map.size > maxRemembered) map.delete(oldest)
}
