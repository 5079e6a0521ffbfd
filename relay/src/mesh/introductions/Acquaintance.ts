import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Peer } from '../Peer'
import { TokenBucket } from '../TokenBucket'
import type { Roots } from './Roots'
import type { Sponsor } from './rankCandidates'

/**
 * The limit on lists, and the limit on calls. An honest neighbour does not exceed them: in a second, it sends on average at most four
 * lists, four calls of its own, and four calls that it forwards.
 */
const limit = { perSecond: 8, burst: 64 }
/** The limit on the calls that we forward to one callee, from all callers together. */
const forwarded = { perSecond: 4, burst: 16 }

/**
 * A neighbour with the capability `introductions`. This class limits the messages about introductions that the neighbour sends, and the
 * calls that we forward to the neighbour.
 */
export class Acquaintance implements Sponsor {
  readonly peer: Peer
  named: ReadonlySet<Hex> = new Set()
  failures = 0
  readonly #roots: Roots
  readonly #lists = new TokenBucket(limit)
  readonly #calls = new TokenBucket(limit)
  readonly #forwarded = new TokenBucket(forwarded)
  /** The members that we named to this neighbour in our last `members` message. */
  #told: ReadonlySet<Hex> = new Set()

  constructor(peer: Peer, roots: Roots) {
    this.peer = peer
    this.#roots = roots
  }

  get root(): Hex {
    return this.#roots.of(this.peer.id)
  }

  /** The neighbour tells us to which members it is connected. Throws `FloodError`. */
  name(peerIds: readonly Hex[]): void {
    if (!this.#lists.take(1)) throw new FloodError()
    this.named = new Set(peerIds)
  }

  /** The neighbour calls another member, or forwards a call to us. Throws `FloodError`. */
  countCall(): void {
    if (!this.#calls.take(1)) throw new FloodError()
  }

  /** Whether the limit allows us to forward one more call to the neighbour now. If true, the call counts as forwarded. */
  mayForward(): boolean {
    return this.#forwarded.take(1)
  }

  /** Tells the neighbour to which members we are connected, if this has changed. */
  tell(peerIds: readonly Hex[]): void {
    if (peerIds.length === this.#told.size && peerIds.every((peerId) => this.#told.has(peerId))) return
    this.#told = new Set(peerIds)
    this.peer.send({ type: 'members', peerIds })
  }
}

export class FloodError extends ProtocolError {
  override readonly name = 'introductions.FloodError'
  constructor() {
    super('The peer sent too many messages about other members.')
  }
}
