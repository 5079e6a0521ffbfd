import { logOf } from 'lp-relay/log'
import type { Hex } from 'viem'
import type { BroadcastStore } from './BroadcastStore'
import type { Checkpoint, StoredBroadcast } from './StoredBroadcast'

const log = logOf('broadcast')

/** The stored number is this much ahead of the segment that is recorded now. So a number is usually on the disk before it is used. */
const ahead = 1n

export type Facts = Omit<Checkpoint, 'nextSequence' | 'storedAtMs'>

/** The broadcast of this tab in the store. */
export class BroadcastRecord {
  readonly #jobId: Hex
  readonly #store: BroadcastStore
  readonly #facts: () => Facts
  /** The number on the disk. */
  #nextSequence: bigint
  #isStored = true
  #writing: Promise<void> = Promise.resolve()

  /** `facts`: the present values, for each checkpoint. */
  constructor({ jobId, nextSequence }: StoredBroadcast, store: BroadcastStore, facts: () => Facts) {
    this.#jobId = jobId
    this.#store = store
    this.#facts = facts
    this.#nextSequence = nextSequence
  }

  /**
   * Resolves when no later page can use this number again: the disk has a higher number, or the disk has forgotten the broadcast. Rejects if
   * the browser can do neither.
   */
  reserve(sequenceNumber: bigint): Promise<void> {
    const isReserved = sequenceNumber < this.#nextSequence
    const writing = this.#writing.then(() => this.#write(sequenceNumber + 1n + ahead))
    this.#writing = writing.catch(() => undefined)
    return isReserved ? Promise.resolve() : writing
  }

  /** After this call, no page can go on with the broadcast. */
  async forget(): Promise<void> {
    if (!this.#isStored) return
    await this.#store.remove(this.#jobId)
    this.#isStored = false
  }

  async #write(nextSequence: bigint): Promise<void> {
    if (!this.#isStored) return
    try {
      const checkpoint = { ...this.#facts(), nextSequence, storedAtMs: Date.now() }
      this.#isStored = await this.#store.change(this.#jobId, checkpoint)
      this.#nextSequence = nextSequence
    } catch (error) {
      // For example: the disk is full. The broadcast goes on, but a reload would end it.
      log.fault(error as Error)
      await this.forget()
    }
  }
}
