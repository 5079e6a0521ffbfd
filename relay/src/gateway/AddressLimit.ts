import { TokenBucket } from '../mesh/TokenBucket'

/** The largest number of addresses that are remembered. The address that was not seen for the longest time is forgotten first. */
const maxAddresses = 4_096

/**
 * Limits how often each IP address can do one action. Too many actions of one address do not slow down other addresses. For IPv6, callers
 * pass the result of `networkOf`.
 */
export class AddressLimit {
  readonly #limit: { perSecond: number; burst: number }
  /** The address that was seen last is at the end. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(limit: { perSecond: number; burst: number }) {
    this.#limit = limit
  }

  /** Whether the address is within its limit now. Counts this attempt. */
  take(address: string): boolean {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#limit)
    this.#buckets.delete(address)
    this.#buckets.set(address, bucket)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= maxAddresses) break
      this.#buckets.delete(oldest)
    }
    return bucket.take(1)
  }
}
