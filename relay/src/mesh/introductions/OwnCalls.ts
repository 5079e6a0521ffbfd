import type { Hex } from 'viem'
import type { Connections, Offer } from '../Finder'
import type { IntroductionMessage } from '../introductionMessages'
import { TokenBucket } from '../TokenBucket'
import type { Acquaintance } from './Acquaintance'
import type { Roots } from './Roots'
import { type Candidate, rankCandidates } from './rankCandidates'

type Reply = Extract<IntroductionMessage, { type: 'callAnswer' | 'callRefusal' }>
type MadeOffer = Offer & { readonly madeMs: number }
/** A call that we make. `offer` is missing until the offer is made. `sentMs` is infinite until we send the call. */
type OwnCall = {
  readonly peerId: Hex
  readonly sponsor: Acquaintance
  offer?: MadeOffer
  sentMs: number
  isLate: boolean
}

export type OwnCallsOptions = {
  connections: Connections
  acquaintances: ReadonlyMap<Hex, Acquaintance>
  roots: Roots
  random(): number
}

/** A callee that has not answered after this time will probably not answer, so we also call another member. */
const patienceMs = 1_000
/** After this time without an answer, the call has failed, and we withdraw its offer. */
const lifeMs = 5_000
/**
 * After a call, or after the end of a connection, we do not call the same member for this time: it has probably left, or has no free
 * channel.
 */
const restMs = 10_000
const maxResting = 1_024
/** The time until we check our calls again, while some calls are open. */
const lookMs = 250
/** The time until we look for members again, while no call is open: by then we can perhaps call a member again. */
const idleLookMs = 1_000
/**
 * We use a refused offer for a second call only within this time after we made the offer. The room drops an offer after 15 s, and the
 * second callee needs time to answer.
 */
const offerLifeMs = 8_000
/** The largest number of open calls. Each offer without an answer occupies a connection of the browser. */
const maxUnanswered = 8
const rate = { perSecond: 4, burst: 16 }

/** Calls members that our neighbours have named, while channels are missing. */
export class OwnCalls {
  readonly #options: OwnCallsOptions
  readonly #calls = new Set<OwnCall>()
  /** For each member that we do not call for some time: the end of this time. */
  readonly #resting = new Map<Hex, number>()
  readonly #rate = new TokenBucket(rate)
  /** Offers that a callee has refused, and offers that we did not send. Another member can still answer them. */
  readonly #refused = new Set<MadeOffer>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: OwnCallsOptions) {
    this.#options = options
  }

  /** After `delayMs`, looks for members to call. */
  search(delayMs = 0): void {
    clearTimeout(this.#timer)
    if (!this.#closed) this.#timer = setTimeout(() => this.#search(), delayMs)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  /** We do not call this member in the next `restMs`. */
  rest(peerId: Hex): void {
    this.#resting.delete(peerId)
    this.#resting.set(peerId, performance.now() + restMs)
    for (const oldest of this.#resting.keys()) if (this.#resting.size > maxResting) this.#resting.delete(oldest)
  }

  /** Whether one of our open calls has this offer. */
  has(offerId: Hex): boolean {
    return [...this.#calls].some(({ offer }) => offer?.offerId === offerId)
  }

  /** A neighbour forwards the reply to a call. Returns `false` if we did not send this call to this neighbour. */
  hear(reply: Reply, sponsor: Acquaintance): boolean {
    const call = [...this.#calls].find(({ offer }) => offer?.offerId === reply.offerId)
    if (!call?.offer || call.sponsor !== sponsor) return false
    this.#calls.delete(call)
    if (reply.type === 'callAnswer') void this.#accept(call, reply)
    else {
      sponsor.failures++
      this.#refused.add(call.offer)
      this.search()
    }
    return true
  }

  async #accept({ peerId, sponsor }: OwnCall, { offerId, sdp }: Extract<Reply, { type: 'callAnswer' }>): Promise<void> {
    const { connections, roots } = this.#options
    const connect = () => connections.accept({ peerId, offerId, sdp })
    const opened = await roots.connect({ peerId, root: sponsor.root }, connect)
    sponsor.failures = opened ? 0 : sponsor.failures + 1
  }

  #search(): void {
    const { connections, acquaintances, roots, random } = this.#options
    this.#endOldCalls()
    this.#dropRefused({ isSatisfied: connections.missing === 0 })
    if (this.#calls.size > 0) this.search(lookMs)
    else if (connections.missing > 0 && acquaintances.size > 0) this.search(idleLookMs)
    if (connections.missing === 0) return
    const nowMs = performance.now()
    const called = new Set([...this.#calls].map(({ peerId }) => peerId))
    const isResting = (peerId: Hex) => nowMs < (this.#resting.get(peerId) ?? 0)
    const candidates = rankCandidates({
      sponsors: [...acquaintances.values()],
      roots: roots.all.map(({ root }) => root),
      isWanted: (peerId) => !called.has(peerId) && !isResting(peerId) && connections.accepts(peerId),
      random,
    })
    const waiting = [...this.#calls].filter(({ isLate }) => !isLate).length
    const free = maxUnanswered - this.#calls.size
    for (const candidate of candidates.slice(0, Math.max(0, Math.min(connections.missing - waiting, free))))
      if (this.#rate.take(1)) void this.#call(candidate)
  }

  async #call({ peerId, sponsor }: Candidate<Acquaintance>): Promise<void> {
    const { connections } = this.#options
    const call: OwnCall = { peerId, sponsor, sentMs: Number.POSITIVE_INFINITY, isLate: false }
    this.#calls.add(call)
    const offer = this.#takeRefused() ?? (await this.#makeOffer())
    if (!offer || this.#closed || sponsor.peer.closed || !connections.accepts(peerId)) {
      if (offer) this.#refused.add(offer)
      this.#calls.delete(call)
      return this.search(lookMs)
    }
    this.rest(peerId)
    call.offer = offer
    call.sentMs = performance.now()
    sponsor.peer.send({ type: 'call', isForwarded: false, peerId, offerId: offer.offerId, sdp: offer.sdp })
    this.search(lookMs)
  }

  async #makeOffer(): Promise<MadeOffer | undefined> {
    const offer = await this.#options.connections.offer()
    return offer && { ...offer, madeMs: performance.now() }
  }

  #takeRefused(): MadeOffer | undefined {
    const [offer] = this.#refused
    if (offer) this.#refused.delete(offer)
    return offer
  }

  #endOldCalls(): void {
    const nowMs = performance.now()
    for (const call of this.#calls) {
      if (!call.isLate && nowMs - call.sentMs > patienceMs) {
        call.isLate = true
        call.sponsor.failures++
      }
      if (nowMs - call.sentMs < lifeMs && !call.sponsor.peer.closed) continue
      this.#calls.delete(call)
      if (call.offer) this.#options.connections.withdraw(call.offer.offerId)
    }
  }

  #dropRefused({ isSatisfied }: { isSatisfied: boolean }): void {
    for (const offer of this.#refused) {
      if (!isSatisfied && performance.now() - offer.madeMs < offerLifeMs) continue
      this.#refused.delete(offer)
      this.#options.connections.withdraw(offer.offerId)
    }
  }
}
