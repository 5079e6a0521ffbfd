import type { Members } from './Members'
import type { PieceNeighbour } from './PieceNeighbour'
import type { PieceWant } from './PieceWant'
import type { RelayPieces } from './RelayPieces'
import type { Want } from './Situation'

/** The largest number of open requests to one relay in the room. */
const maxPending = 16
/** The uplink that we assume for a relay without a measurement: 8 Mbit/s, in bytes per millisecond. */
const assumedBytesPerMs = 1_000
/**
 * If we can ask a relay in the room, we give up a request over HTTP after the longer of two times (this time, and twice `relayMs`) plus
 * twice the lag of our timers.
 */
const leastPatienceMs = 700

/**
 * All relays as one source. The schedule asks it for the pieces that we own, and for pieces that no viewer can deliver in time. The pieces
 * come over HTTP. If HTTP does not work, they come from the relays that are members of the room.
 */
export class RelaySource {
  readonly #http: RelayPieces
  readonly #members: Members

  constructor({ http, members }: { http: RelayPieces; members: Members }) {
    this.#http = http
    this.#members = members
  }

  /** How long a relay takes for a piece: the longest time of its last answers over HTTP. */
  get relayMs(): number {
    return this.#http.relayMs
  }

  /** Sets `want.relay`: whether a relay is asked for the piece now, or can be asked. `lagMs`: how late our own timers are. */
  look(want: PieceWant, { nowMs, lagMs }: { nowMs: number; lagMs: number }): void {
    want.relay = this.#stateOf(want, nowMs, Math.max(leastPatienceMs, 2 * this.relayMs) + 2 * lagMs)
  }

  /** Asks a relay for these pieces. */
  fetch(wants: readonly PieceWant[], nowMs: number): void {
    const overHttp: PieceWant[] = []
    for (const want of wants) {
      const isDown = this.#http.isDown(nowMs) || want.httpAt(nowMs) === 'failed'
      const members = isDown ? this.#members.relays.filter(({ isUnpaid }) => !isUnpaid) : []
      const member = this.#nearest(members, want, nowMs)
      if (member) this.#ask(member, want, nowMs)
      // While HTTP works, or if all relays in the room want money first, we ask over HTTP. Otherwise we wait until a relay in the room holds the
      // piece.
      else if (members.length === 0 && want.httpAt(nowMs) === 'idle') overHttp.push(want)
    }
    this.#http.fetch(overHttp)
  }

  /** The player does not need the piece, or another source was faster. */
  cancel(want: PieceWant): void {
    this.#http.cancel(want)
  }

  #stateOf(want: PieceWant, nowMs: number, patienceMs: number): Want['relay'] {
    const { relays } = this.#members
    if (relays.some(({ peer }) => peer.id === want.asked?.neighbourId)) return 'asked'
    if (!relays.some((relay) => mayAsk(relay, want, nowMs))) return want.httpAt(nowMs)
    if (want.httpAt(nowMs) !== 'asked') return 'idle'
    if (nowMs < want.httpAskedMs + patienceMs && !this.#http.isDown(nowMs)) return 'asked'
    this.#http.giveUp(want)
    return 'idle'
  }

  #nearest(relays: readonly PieceNeighbour[], want: PieceWant, nowMs: number): PieceNeighbour | undefined {
    const able = relays.filter((relay) => mayAsk(relay, want, nowMs) && relay.pendingRequests < maxPending)
    return able.reduce<PieceNeighbour | undefined>(
      (best, relay) => (best && timeOf(best, want) <= timeOf(relay, want) ? best : relay),
      undefined,
    )
  }

  #ask(relay: PieceNeighbour, want: PieceWant, nowMs: number): void {
    // A want can wait for only one neighbour.
    if (want.asked) this.#members.neighbours.get(want.asked.neighbourId)?.withdraw(want)
    relay.ask(want, { nowMs, expectedMs: timeOf(relay, want) })
  }
}

const mayAsk = (relay: PieceNeighbour, want: PieceWant, nowMs: number): boolean =>
  !relay.isUnpaid &&
  relay.heldSinceMs(want) <= nowMs &&
  (want.refusals?.get(relay.peer.id) ?? Number.NEGATIVE_INFINITY) <= nowMs

const timeOf = ({ rttMs, pendingBytes, bytesPerMs = assumedBytesPerMs }: PieceNeighbour, want: PieceWant): number =>
  rttMs + (pendingBytes + want.byteLength) / bytesPerMs
