import type { FreeTerms, Rate } from './Terms'

/** A number of bytes that grows with time, up to `burstBytes`. */
type Bucket = { bytes: number; refilledMs: number }

export type AllowanceOptions = FreeTerms & {
  /** The largest number of identities that are remembered. Default 10,000. */
  maxIdentities?: number
}

/**
 * Divides the free bytes of a relay. Contributors have a pool of their own. All peers share a second pool, which also gets the bytes that
 * no longer fit into the contributors' pool. So a thousand identities of one attacker that are no contributors get no more than the
 * second pool. Each identity has a limit, too. The caller passes the time.
 */
export class Allowance {
  readonly #each: Rate
  readonly #contributors: Rate
  readonly #others: Rate
  readonly #maxIdentities: number
  /** The most recently used identity is the last entry. */
  readonly #identities = new Map<string, Bucket>()
  /** For each contributor, the bytes that it may still take as a contributor. */
  readonly #credits = new Map<string, number>()
  readonly #pool: { contributors: number; others: number; refilledMs: number | undefined }

  constructor({ each, contributors, others, maxIdentities = 10_000 }: AllowanceOptions) {
    this.#each = each
    this.#contributors = contributors
    this.#others = others
    this.#maxIdentities = maxIdentities
    this.#pool = { contributors: contributors.burstBytes, others: others.burstBytes, refilledMs: undefined }
  }

  /** A peer has uploaded `bytes` to other peers, as `Acknowledgements` counts them. Returns whether we count the bytes for the peer. */
  contribute(identity: string, bytes: number): boolean {
    const credit = this.#credits.get(identity)
    if (credit === undefined && this.#credits.size >= this.#maxIdentities) return false
    // Without this limit, the count of a peer that uploads more than it takes would grow for ever.
    this.#credits.set(identity, Math.min((credit ?? 0) + bytes, this.#contributors.burstBytes))
    return true
  }

  /** What the peer may still take as a contributor, in bytes. */
  creditOf(identity: string): number {
    return this.#credits.get(identity) ?? 0
  }

  /** Takes at most `bytes` for a peer. Returns the number of bytes that the peer gets, a whole number. */
  take(identity: string, bytes: number, nowMs: number): number {
    this.#refill(nowMs)
    const own = this.#own(identity, nowMs)
    const wanted = Math.floor(Math.min(bytes, own.bytes))
    const credit = this.creditOf(identity)
    const asContributor = Math.floor(Math.min(wanted, credit, this.#pool.contributors))
    const asOther = Math.floor(Math.min(wanted - asContributor, this.#pool.others))
    this.#pool.contributors -= asContributor
    this.#pool.others -= asOther
    own.bytes -= asContributor + asOther
    if (credit > asContributor) this.#credits.set(identity, credit - asContributor)
    else this.#credits.delete(identity)
    return asContributor + asOther
  }

  #refill(nowMs: number): void {
    const seconds = Math.max((nowMs - (this.#pool.refilledMs ?? nowMs)) / 1_000, 0)
    const filled = this.#pool.contributors + this.#contributors.bytesPerSecond * seconds
    const left = Math.max(filled - this.#contributors.burstBytes, 0)
    const others = this.#pool.others + this.#others.bytesPerSecond * seconds + left
    this.#pool.contributors = filled - left
    this.#pool.others = Math.min(others, this.#others.burstBytes)
    this.#pool.refilledMs = Math.max(nowMs, this.#pool.refilledMs ?? nowMs)
  }

  #own(identity: string, nowMs: number): Bucket {
    const { bytesPerSecond, burstBytes } = this.#each
    const before = this.#identities.get(identity)
    const bytes = before ? before.bytes + (bytesPerSecond * Math.max(nowMs - before.refilledMs, 0)) / 1_000 : burstBytes
    const own = { bytes: Math.min(bytes, burstBytes), refilledMs: Math.max(nowMs, before?.refilledMs ?? nowMs) }
    this.#identities.delete(identity)
    this.#identities.set(identity, own)
    // A forgotten identity gets a new burst, as a new identity does.
    for (const oldest of this.#identities.keys()) {
      if (this.#identities.size <= this.#maxIdentities) break
      this.#identities.delete(oldest)
    }
    return own
  }
}
