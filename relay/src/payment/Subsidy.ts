import type { Address } from 'viem'
import { TokenBucket } from '../mesh/TokenBucket'
import { Budget, type BudgetOptions } from './Budget'

/** The limits on the promises of a sponsor. */
export type SubsidyOptions = {
  /** The highest price, and the largest sums that the sponsor pays to all relays together in a minute and in all. */
  budget: BudgetOptions
  /** The cap of one admission, in bytes. A viewer that has used three quarters of its cap can get a further admission. */
  capBytes: bigint
  /** The largest average number of bytes in a second that the sponsor pays for one viewer. */
  maxBytesPerSecond: number
  /** The largest number of admissions in a minute, and in all (`most`). */
  admissions: { perMinute: number; most: number }
  admissionSeconds: number
  /** Unix time in milliseconds. */
  nowMs(): number
}

/** The admission of a viewer, and the bytes to this viewer that the sponsor has agreed to pay for. */
export type Guest = {
  readonly number: number
  /** The sum of the caps of all admissions of the viewer. */
  readonly capBytes: bigint
  readonly sinceMs: number
  readonly untilMs: number
  /** By relay. */
  readonly accepted: ReadonlyMap<Address, Accepted>
}
export type Accepted = { readonly bytes: bigint; readonly amount: bigint }

export type Statement = { relay: Address; viewer: Address; bytes: bigint; weiPerByte: bigint }

/** When a viewer joins, it can load this duration of video at once. */
const backlogSeconds = 30
const nothing: Accepted = { bytes: 0n, amount: 0n }

/**
 * The book of a sponsor about one stream: the admitted viewers, and, by viewer and relay, the bytes that the sponsor has agreed to pay
 * for. All numbers of bytes are cumulative, so a repeated or lower statement changes nothing. All addresses in lower case.
 */
export class Subsidy {
  readonly #options: SubsidyOptions
  readonly #guests: Map<Address, Guest>
  readonly #budget: Budget
  readonly #admissions: TokenBucket
  /** By relay, in wei. */
  readonly #acceptedOf: Map<Address, bigint>
  #admitted: number

  /** `guests`: the stored entries from before a restart. Throws `Budget.OptionsError`. */
  constructor(options: SubsidyOptions, guests: ReadonlyMap<Address, Guest> = new Map()) {
    const { budget, admissions, nowMs } = options
    this.#options = options
    this.#guests = new Map(guests)
    this.#admitted = Math.max(0, ...[...guests.values()].map(({ number }) => number))
    this.#acceptedOf = sumsOf(guests.values())
    const spent = [...this.#acceptedOf.values()].reduce((sum, amount) => sum + amount, 0n)
    this.#budget = new Budget(budget, spent)
    this.#admissions = new TokenBucket({ perSecond: admissions.perMinute / 60, burst: admissions.perMinute, nowMs })
  }

  /** The number of admissions. The sponsor pays for at most this number times the cap, in bytes. */
  get admitted(): number {
    return this.#admitted
  }

  /** The amount that the sponsor has agreed to pay to all relays, in wei. */
  get spent(): bigint {
    return this.#budget.spent
  }

  guest(viewer: Address): Guest | undefined {
    return this.#guests.get(viewer)
  }

  /** The amount that the sponsor has agreed to pay to this relay, in wei. */
  acceptedOf(relay: Address): bigint {
    return this.#acceptedOf.get(relay) ?? 0n
  }

  /**
   * Admits a viewer. A known viewer keeps its admission; if less than half of the time is left, the admission gets its full time again. A viewer that has
   * used three quarters of its cap gets a further admission. `undefined`: there were too many admissions in this minute, or in all.
   */
  grant(viewer: Address): Guest | undefined {
    const { capBytes, admissions, admissionSeconds, nowMs } = this.#options
    const known = this.#guests.get(viewer)
    const untilMs = nowMs() + admissionSeconds * 1_000
    const isUsed = known && usedOf(known) * 4n >= known.capBytes * 3n
    if (known && !isUsed) {
      if (known.untilMs - nowMs() < admissionSeconds * 500) this.#guests.set(viewer, { ...known, untilMs })
      return this.#guests.get(viewer)
    }
    if (this.#admitted >= admissions.most || !this.#admissions.take(1)) return undefined
    this.#admitted++
    const { capBytes: before, sinceMs, accepted } = known ?? { capBytes: 0n, sinceMs: nowMs(), accepted: new Map() }
    const guest = { number: this.#admitted, capBytes: before + capBytes, sinceMs, untilMs, accepted }
    this.#guests.set(viewer, guest)
    return guest
  }

  /**
   * Call this when a relay shows a viewer's statement. The sponsor agrees to pay for the new bytes, as far as cap, time and budget allow.
   * The relay can show the statement again later. Returns `bytes`, all bytes from this relay to this viewer that the sponsor has agreed to
   * pay for, and `amount`, the cost of the bytes that the sponsor agrees to pay for in this call, in wei.
   */
  accept({ relay, viewer, bytes, weiPerByte }: Statement): { bytes: bigint; amount: bigint } {
    const { nowMs, budget } = this.#options
    const guest = this.#guests.get(viewer)
    const before = guest?.accepted.get(relay) ?? nothing
    const isPriced = weiPerByte > 0n && weiPerByte <= budget.maxWeiPerByte
    if (!guest || !isPriced || bytes <= before.bytes) return { bytes: before.bytes, amount: 0n }
    const left = min(guest.capBytes, this.#plausible(guest)) - usedOf(guest)
    const more = max(min(min(bytes - before.bytes, left), this.#budget.left(nowMs()) / weiPerByte), 0n)
    const amount = more * weiPerByte
    if (more === 0n || !this.#budget.spend(amount, nowMs())) return { bytes: before.bytes, amount: 0n }
    const after = { bytes: before.bytes + more, amount: before.amount + amount }
    this.#guests.set(viewer, { ...guest, accepted: new Map([...guest.accepted, [relay, after]]) })
    this.#acceptedOf.set(relay, this.acceptedOf(relay) + amount)
    return { bytes: after.bytes, amount }
  }

  /** The largest number of bytes that the viewer can have got since it was admitted. */
  #plausible({ sinceMs, untilMs }: Guest): bigint {
    const { maxBytesPerSecond, nowMs } = this.#options
    const seconds = Math.max(Math.min(nowMs(), untilMs) - sinceMs, 0) / 1_000 + backlogSeconds
    return BigInt(Math.floor(seconds * maxBytesPerSecond))
  }
}

/** All bytes to the viewer that the sponsor has agreed to pay for. */
export const usedOf = ({ accepted }: Guest): bigint =>
  [...accepted.values()].reduce((sum, { bytes }) => sum + bytes, 0n)

/** By relay: the amount that the sponsor has agreed to pay for these viewers, in wei. */
export function sumsOf(guests: Iterable<Guest>): Map<Address, bigint> {
  const sums = new Map<Address, bigint>()
  for (const { accepted } of guests)
    for (const [relay, { amount }] of accepted) sums.set(relay, (sums.get(relay) ?? 0n) + amount)
  return sums
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
