import { Sequence, type StreamId } from '@lp/contracts/protocol'
import type { Publication } from '../records/Publication'

/** The most publications that a track holds in memory: one hour of 2 s segments. Older headers are only on disk. */
const maxHeld = 1_800

/** The publications of one StreamId, in order of sequence number. */
export class Track {
  readonly streamId: StreamId.StreamId
  readonly #held: Publication[] = []
  #count = 0
  readonly #waiters = new Set<() => void>()
  /** Sequence number of the newest publication that is being written. */
  #reserved: bigint | undefined

  constructor(streamId: StreamId.StreamId) {
    this.streamId = streamId
  }

  /** How many segments were published since the start of the stream. */
  get count(): number {
    return this.#count
  }

  get newest(): Publication | undefined {
    return this.#held.at(-1)
  }

  /** Reserves a sequence number before its publication is written. Throws `Sequence.RepeatedError`. */
  reserve(sequenceNumber: bigint): void {
    const last = this.#reserved ?? this.newest?.sequenceNumber
    if (last !== undefined && sequenceNumber <= last) throw new Sequence.RepeatedError({ last, next: sequenceNumber })
    this.#reserved = sequenceNumber
  }

  /** Releases the sequence number of a failed write. Does nothing when a later number is reserved. */
  release(sequenceNumber: bigint): void {
    if (this.#reserved === sequenceNumber) this.#reserved = undefined
  }

  /** Adds a publication that is on disk. */
  add(publication: Publication): void {
    this.#held.push(publication)
    this.#count += 1
    if (this.#held.length > maxHeld) this.#held.shift()
    this.wake()
  }

  /** At most `limit` publications newer than `after`, oldest first. */
  newer(after: bigint, limit: number): Publication[] {
    let low = 0
    let high = this.#held.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#held[middle] as Publication).sequenceNumber > after) high = middle
      else low = middle + 1
    }
    return this.#held.slice(low, low + limit)
  }

  /** The newest `limit` publications, oldest first. */
  latest(limit: number): Publication[] {
    return this.#held.slice(-limit)
  }

  /** Resolves at the next `wake`, after `timeoutMs`, or when `signal` aborts. */
  wait({ timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiters.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      this.#waiters.add(done)
      signal?.addEventListener('abort', done)
    })
  }

  /** Resolves all pending promises of `wait`. */
  wake(): void {
    for (const done of [...this.#waiters]) done()
  }
}
