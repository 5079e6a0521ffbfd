import type { Peer } from '../Peer'

type Drain = { sentBytes: number; drainedBytes: number; lookedMs: number; stillMs: number }

/**
 * If a channel with queued bytes sends no byte for this time, the neighbour does not read. Even a slow line takes some bytes in this time.
 */
const stuckMs = 1_000
/**
 * While our own machine is busy, we cannot see that a channel sends bytes. So of the time between two checks, at most this much counts
 * towards `stuckMs`.
 */
const longestLookMs = 250

/**
 * Finds the channels that do not send the pieces in their queues. A neighbour that does not read must not stop our uploads to the other
 * neighbours.
 */
export class Drains {
  readonly #peers = new Map<Peer, Drain>()

  /** Call this method before the piece goes into the queue of the channel. */
  sends(peer: Peer, bytes: number, nowMs: number): void {
    const drain = this.#peers.get(peer) ?? { sentBytes: 0, drainedBytes: 0, lookedMs: nowMs, stillMs: 0 }
    this.#peers.set(peer, drain)
    this.isStuck(peer, nowMs)
    drain.sentBytes += bytes
  }

  remove(peer: Peer): void {
    this.#peers.delete(peer)
  }

  /** Whether the channel has queued bytes and has sent none of them for a second. */
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

  /** The queued bytes in the channels of all neighbours that read. */
  bufferedBytes(nowMs: number): number {
    let sum = 0
    for (const peer of this.#peers.keys())
      if (!peer.closed && !this.isStuck(peer, nowMs)) sum += peer.channel.bufferedAmount
    return sum
  }
}
