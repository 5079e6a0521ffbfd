import { ProtocolError } from '@lp/contracts/protocol'

/** The limits on what we pay. */
export type BudgetOptions = {
  /** We refuse a higher price. */
  maxWeiPerByte: bigint
  /** The most that we pay to all peers together in a minute, in wei. */
  maxWeiPerMinute: bigint
  /** The most that we pay in all, in wei. */
  maxWei: bigint
  /** We pay when so many seconds of video are due. */
  stepSeconds: number
  /** The bytes of a second of video. */
  videoBytesPerSecond: number
}

const minuteMs = 60_000

/** Limits what we pay. There is no clock in here. */
export class Budget {
  #options: BudgetOptions
  #spent = 0n
  /** The payments of the last minute. */
  #recent: { atMs: number; amount: bigint }[] = []

  /** `spent`: what was paid before a restart, in wei. Throws `OptionsError`. */
  constructor(options: BudgetOptions, spent = 0n) {
    this.#options = validate(options)
    this.#spent = spent
  }

  /** Changes the most that we pay in all; earlier payments count. Throws `OptionsError`. */
  limit(maxWei: bigint): void {
    this.#options = validate({ ...this.#options, maxWei })
  }

  get spent(): bigint {
    return this.#spent
  }

  get maxWeiPerByte(): bigint {
    return this.#options.maxWeiPerByte
  }

  /** The usual amount of a cheque at this price, in wei. */
  step(weiPerByte: bigint): bigint {
    const { stepSeconds, videoBytesPerSecond, maxWeiPerMinute } = this.#options
    // A larger cheque would use up the minute, and no other peer could be paid.
    return min(BigInt(Math.floor(stepSeconds * videoBytesPerSecond)) * weiPerByte, maxWeiPerMinute / 4n)
  }

  /** What we may pay now, in wei. In every minute, all payments together are at most `maxWeiPerMinute`. */
  left(nowMs: number): bigint {
    const { maxWeiPerMinute, maxWei } = this.#options
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < minuteMs)
    const recent = this.#recent.reduce((sum, { amount }) => sum + amount, 0n)
    return min(maxWeiPerMinute - recent, maxWei - this.#spent)
  }

  /** Takes `amount` from the budget, and returns true. Returns false, and takes nothing, if it is more than `left`. */
  spend(amount: bigint, nowMs: number): boolean {
    if (amount > this.left(nowMs)) return false
    this.#recent.push({ atMs: nowMs, amount })
    this.#spent += amount
    return true
  }

  /** The last payment over `amount` was not made. */
  refund(amount: bigint): void {
    const at = this.#recent.findLastIndex((payment) => payment.amount === amount)
    if (at < 0) return
    this.#recent.splice(at, 1)
    this.#spent -= amount
  }
}

function validate(options: BudgetOptions): BudgetOptions {
  const { maxWeiPerByte, maxWeiPerMinute, maxWei, stepSeconds, videoBytesPerSecond } = options
  const isValid =
    [maxWeiPerByte, maxWeiPerMinute, maxWei].every((value) => value >= 0n && value < 2n ** 96n) &&
    stepSeconds >= 1 &&
    stepSeconds <= 600 &&
    videoBytesPerSecond >= 1_000 &&
    videoBytesPerSecond <= 100_000_000
  if (!isValid) throw new OptionsError(options)
  return options
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)

export class OptionsError extends ProtocolError {
  override readonly name = 'Budget.OptionsError'
  constructor(options: BudgetOptions) {
    super('A limit of the payments is out of bounds.', {
      details: Object.entries(options).map(([name, value]) => `${name}: ${value}`),
    })
  }
}
