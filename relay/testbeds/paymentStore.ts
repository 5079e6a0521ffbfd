import type { PaymentStore } from '../src/payment/PaymentStore'

/** The error of each `put` from the moment at which the process is killed. */
export class KilledError extends Error {
  override readonly name = 'KilledError'
}

/**
 * A store in memory. `killAt`: the process is killed at this `put`; the first `put` has the number 1. `isStored`: whether this `put` still
 * stores its entry.
 */
export class MemoryStore implements PaymentStore {
  readonly entries: Map<string, string>
  readonly #killAt: number
  readonly #isStored: boolean
  #held: Promise<void> | undefined
  puts = 0
  /** The number of calls of `put` that have not ended. */
  open = 0

  constructor(
    entries: ReadonlyMap<string, string> = new Map(),
    { killAt = Number.POSITIVE_INFINITY, isStored = false } = {},
  ) {
    this.entries = new Map(entries)
    this.#killAt = killAt
    this.#isStored = isStored
  }

  async load(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.entries)
  }

  /** The disk is slow: until the caller calls the returned function, no `put` stores its entry. */
  hold(): () => void {
    let release = () => {}
    this.#held = new Promise((resolve) => {
      release = resolve
    })
    return () => {
      this.#held = undefined
      release()
    }
  }

  async put(key: string, entry: string): Promise<void> {
    this.open++
    await this.#held
    this.open--
    this.puts++
    if (this.puts >= this.#killAt) {
      if (this.#isStored && this.puts === this.#killAt) this.entries.set(key, entry)
      throw new KilledError()
    }
    this.entries.set(key, entry)
  }
}
