import type { Peer } from '../Peer'

type Drain = { sentBytes: number; drainedBytes: number; lookedMs: number; stillMs: number }

/** A neighbour whose channel takes no byte for this time does not read. On a slow line, the channel takes a byte now and then. */
const stuckMs = 1_000
/** While our own machine is busy, we cannot see that the channel takes bytes. So only this much of the time between two looks counts. */
const longestLookMs = 250

/** How the channels take the pieces that we sent. A neighbour that does not read must not hold up the uploads to the others. */
export class Drains {
  readonly #peers = new Map<Peer, Drain>()

  /** Call this before the piece goes into the channel. */
  sends(peer: Peer, bytes: number, nowMs: number): void {
    const drain = this.#peers.get(peer) ?? { sentBytes: 0, drainedBytes: 0, lookedMs: nowMs, stillMs: 0 }
    this.#peers.set(peer, drain)
    this.isStuck(peer, nowMs)
    drain.sentBytes += bytes
  }

  remove(peer: Peer): void {
    this.#peers.delete(peer)
  }

  /** Whether the channel has bytes to send and has not sent any of them for a second. */
  isStuck(peer: Peer, nowMs: number): boolean {
    const drain = this.#peers.get(peer)
    if (!drain) return false
    const { bufferedAmount } = peer.channel
    const drainedBytes = drain.sentBytes - bufferedAmount
    const isDraining = bufferedAmount === 0 || drainedBytes > drain.drainedBytes
    if (isDraining) drain.drainedBytes = drainedBytes
    drain.stillMs = isDraining ? 0 : drain.stillMs + Math.min(longestLookMs, nowMs - drain.lookedMs)
    drain.lookedMs = nowMs
    return drain.stillMs > stuckMs
  }

  /** The bytes in the channels of all neighbours that read. */
  bufferedBytes(nowMs: number): number {
    let sum = 0
    for (const peer of this.#peers.keys())
      if (!peer.closed && !this.isStuck(peer, nowMs)) sum += peer.channel.bufferedAmount
    return sum
  }
}
