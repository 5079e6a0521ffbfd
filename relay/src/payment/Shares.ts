import type { Hex } from 'viem'

type Share = {
  /** The bytes of each stream since the last payment. */
  bytes: Map<Hex, number>
  /** The bytes of each stream by which the last payment was divided. */
  before: Map<Hex, number>
  waiting: bigint
}

/** Divides each payment of a peer, or to a peer, among the streams, in proportion to their bytes since the previous payment. */
export class Shares {
  readonly #shares = new Map<string, Share>()
  readonly #maxPeers: number

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers
  }

  /** Counts bytes of a stream. If a payment came before any bytes, returns its amount, which belongs to this stream. Otherwise returns 0. */
  add(party: string, streamId: Hex, bytes: number): bigint {
    const share = this.#of(party)
    const { waiting } = share
    share.bytes.set(streamId, (share.bytes.get(streamId) ?? 0) + bytes)
    share.waiting = 0n
    return waiting
  }

  /**
   * The parts of a payment. Their sum is `amount`. A second payment for the same bytes is divided like the first. If no bytes were counted yet, there are no
   * parts, and `add` returns the amount later.
   */
  divide(party: string, amount: bigint): [streamId: Hex, amount: bigint][] {
    const share = this.#of(party)
    if (share.bytes.size > 0) [share.before, share.bytes] = [share.bytes, new Map()]
    const streams = [...share.before]
    const all = BigInt(streams.reduce((sum, [, bytes]) => sum + bytes, 0))
    if (all === 0n) {
      share.waiting += amount
      return []
    }
    let left = amount
    return streams.map(([streamId, bytes], at) => {
      const part = at === streams.length - 1 ? left : (amount * BigInt(bytes)) / all
      left -= part
      return [streamId, part]
    })
  }

  #of(party: string): Share {
    const share = this.#shares.get(party) ?? { bytes: new Map(), before: new Map(), waiting: 0n }
    this.#shares.delete(party)
    this.#shares.set(party, share)
    for (const oldest of this.#shares.keys()) {
      if (this.#shares.size <= this.#maxPeers) break
      this.#shares.delete(oldest)
    }
    return share
  }
}
