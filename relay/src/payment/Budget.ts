import { ProtocolError } from '@lp/contracts/protocol'

/** The limits on what we pay. */
export type BudgetOptions = {
  /** We refuse a higher price. */
  maxWeiPerByte: bigint
  /** The largest sum that we pay to all peers together in a minute, in wei. */
  maxWeiPerMinute: bigint
  /** The largest sum that we pay in all, in wei. */
  maxWei: bigint
  /** We pay when we owe for this number of seconds of video. */
  stepSeconds: number
  /** The bytes of a second of video. */
  videoBytesPerSecond: number
}

const minuteMs = 60_000

/** Limits our payments. The caller passes the time. */
export class Budget {
  #options: BudgetOptions
  #spent = 0n
  /** The payments of the last minute. */
  #recent: { atMs: number; amount: bigint }[] = []

  /** `spent`: the sum of our payments before a restart, in wei. Throws `OptionsError`. */
  constructor(options: BudgetOptions, spent = 0n) {
    this.#options = validate(options)
    this.#spent = spent
  }

  /** Changes `maxWei`. Earlier payments count toward the new limit. Throws `OptionsError`. */
  limit(maxWei: bigint): void {
    this.#options = validate({ ...this.#options, maxWei })
  }

  /** The video has another rate. Throws `OptionsError`. */
  follow(video: Pick<BudgetOptions, 'videoBytesPerSecond' | 'maxWeiPerMinute'>): void {
    this.#options = validate({ ...this.#options, ...video })
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
    // A larger cheque could use up the limit of the minute, so that we could not pay another peer.
    return min(BigInt(Math.floor(stepSeconds * videoBytesPerSecond)) * weiPerByte, maxWeiPerMinute / 4n)
  }

  /** The largest sum that we may pay now, in wei. The payments of each period of one minute add up to at most `maxWeiPerMinute`. */
  left(nowMs: number): bigint {
    const { maxWeiPerMinute, maxWei } = this.#options
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < minuteMs)
    const recent = this.#recent.reduce((sum, { amount }) => sum + amount, 0n)
    return min(maxWeiPerMinute - recent, maxWei - this.#spent)
  }

  /** Takes `amount` from the budget, and returns true. If `amount` is more than `left`, takes nothing and returns false. */
  spend(amount: bigint, nowMs: number): boolean {
    if (amount > this.left(nowMs)) return false
    this.#recent.push({ atMs: nowMs, amount })
    this.#spent += amount
    return true
  }

  /** A payment of `amount` that `spend` counted was not made. Removes the newest payment of exactly this amount from the sums. */
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
      details: [
        ...Object.entries(options).map(([name, value]) => `${name}: ${value}`),
        'Allowed: 0 to 2^96 - 1 wei, 1 to 600 seconds, 1,000 to 100,000,000 bytes',
      ],
    })
  }
}
