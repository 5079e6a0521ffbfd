import type { Connections, Finder } from './Finder'
import { RefusedError, type Signaling } from './signaling'

export type TrackerFinderOptions = {
  signaling: Signaling
  /** See `Finder`. */
  reserved: number
  /** Offers per announce. */
  offers: number
  intervalMs: { searching: number; satisfied: number }
  /** The tracker has become reachable or unreachable. */
  onState(up: boolean): void
}

const maxUnanswered = 10
/** Delay of the announce after a lost channel. A random factor makes the two peers of this channel announce at different times. */
const replaceDelayMs = 300

/** Finds peers through a WebTorrent tracker. */
export class TrackerFinder implements Finder {
  readonly reserved: number
  readonly #options: TrackerFinderOptions
  #connections: Connections | undefined
  #peersInRoom = 0
  #offeredMs = Number.NEGATIVE_INFINITY
  #announcedMs = Number.NEGATIVE_INFINITY
  /** The time at which `#timer` starts the next announce. */
  #dueMs = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: TrackerFinderOptions) {
    this.#options = options
    this.reserved = options.reserved
  }

  start(connections: Connections) {
    this.#connections = connections
    const { signaling, intervalMs, onState } = this.#options
    signaling.on('up', () => {
      onState(true)
      // The first announce has no offers: the number of offers depends on the number of peers, which the tracker sends in its
      // answer.
      signaling.announce({ event: 'started' })
      this.#announceIn(this.#nextIntervalMs())
    })
    signaling.on('down', (error) => {
      clearTimeout(this.#timer)
      onState(false)
      connections.report(error)
    })
    signaling.on('fault', (error) => connections.report(error))
    signaling.on('message', (message) => {
      if (message.type === 'offer') {
        const { peerId, offerId } = message
        void connections.answer(message, (sdp) => signaling.announce({ answer: { peerId, offerId, sdp } }))
      } else if (message.type === 'answer') void connections.accept(message)
      else if (message.type === 'failure')
        connections.report(new RefusedError({ url: signaling.url, reason: message.reason }))
      else {
        this.#peersInRoom = message.peersInRoom
        const restedMs = performance.now() - this.#offeredMs
        if (this.#offersToMake() > 0 && restedMs > intervalMs.searching / 2) void this.#announce()
      }
    })
  }

  /**
   * Moves the next announce to an earlier time, because a channel is missing. Never moves the announce to a later time: otherwise a
   * peer could stop our announces with attempts that fail.
   */
  search() {
    const nowMs = performance.now()
    const earliestMs = this.#announcedMs + this.#options.intervalMs.searching / 5
    const soonMs = Math.max(nowMs + replaceDelayMs * (0.5 + Math.random()), earliestMs)
    if (!this.#closed && this.#options.signaling.up && soonMs < this.#dueMs) this.#announceIn(soonMs - nowMs)
  }

  close() {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#options.signaling.close()
  }

  /**
   * The number of offers for the next announce: at most one for each missing channel, and at most one for each peer that the tracker knows
   * and to which we have neither a channel nor an attempt to connect. `#offersForReserved` can make this number higher. `maxUnanswered` and
   * the option `offers` limit it.
   */
  #offersToMake() {
    if (!this.#connections) return 0
    const { missing, taken, unanswered } = this.#connections
    const others = this.#peersInRoom - 1 - taken
    const wanted = Math.max(Math.min(missing, others), this.#offersForReserved())
    return Math.max(0, Math.min(wanted, maxUnanswered - unanswered, this.#options.offers))
  }

  /**
   * It is possible that the other finders found only attackers. So this finder uses its reserved channels even if no channel is missing. If
   * all finders find the same peers, no peer answers the offers for these channels. Therefore the finder makes such offers rarely.
   */
  #offersForReserved() {
    const { canOpen = false, found = 0 } = this.#connections ?? {}
    const isRested = performance.now() - this.#offeredMs > this.#options.intervalMs.satisfied * 0.8
    return canOpen && isRested ? Math.min(this.reserved - found, this.#peersInRoom - 1 - found) : 0
  }

  #nextIntervalMs() {
    const { searching, satisfied } = this.#options.intervalMs
    return (this.#connections?.isSatisfied ? satisfied : searching) * (0.8 + 0.4 * Math.random())
  }

  #announceIn(delayMs: number) {
    clearTimeout(this.#timer)
    this.#dueMs = performance.now() + delayMs
    this.#timer = setTimeout(() => void this.#announce(), delayMs)
  }

  async #announce() {
    this.#announceIn(this.#nextIntervalMs())
    this.#announcedMs = performance.now()
    const count = this.#offersToMake()
    if (count > 0) this.#offeredMs = performance.now()
    const offers = await Promise.all(Array.from({ length: count }, () => this.#connections?.offer()))
    this.#options.signaling.announce({ offers: offers.filter((offer) => offer !== undefined) })
  }
}
