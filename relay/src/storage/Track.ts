import { type Part, Sequence, type StreamId } from '@lp/contracts/protocol'
import type { Publication } from '../records/Publication'
import { OpenSegment } from './OpenSegment'

/** The largest number of publications that a track holds in memory: one hour of 2 s segments. Older headers are only on disk. */
const maxHeld = 1_800

/** The number of complete segments whose parts are kept, because playlists list the parts of the newest segments. */
const maxClosed = 4

/** Names one part of a track. */
export type PartPlace = { sequenceNumber: bigint; index: number }

type Waiter = { done(): void; forParts: boolean }

type WaitOptions = { timeoutMs: number; signal?: AbortSignal | undefined; forParts?: boolean }

/** The publications of one StreamId, in order of sequence number. */
export class Track {
  readonly streamId: StreamId.StreamId
  readonly #held: Publication[] = []
  #count = 0
  readonly #waiters = new Set<Waiter>()
  /** The last reserved sequence number: its publication is on disk, or is being written. `undefined` after a failed write. */
  #reserved: bigint | undefined
  #open: OpenSegment | undefined
  /** The parts of the newest complete segments, by sequence number. */
  readonly #closed = new Map<bigint, readonly Part.Part[]>()

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

  /** The segment of which only parts are published. */
  get open(): OpenSegment | undefined {
    return this.#open
  }

  /**
   * Adds a part of the open segment, or opens the next segment with its first part. `bytes`: the bytes after the previous part. Throws
   * `Sequence.RepeatedError`, `Part.ContradictionError`, `OpenSegment.NotNextError`.
   */
  addPart(part: Part.Part, bytes: Uint8Array): void {
    const { sequenceNumber } = part
    if (this.#open?.sequenceNumber === sequenceNumber) this.#open.add(part, bytes)
    else {
      this.#assertNew(sequenceNumber)
      this.#open = new OpenSegment(part, bytes)
    }
    this.#wakeAll(({ forParts }) => forParts)
  }

  /** The parts of a segment, if the segment is open or is one of the newest complete segments; otherwise empty. */
  partsOf(sequenceNumber: bigint): readonly Part.Part[] {
    const parts = this.#open?.sequenceNumber === sequenceNumber ? this.#open.parts : this.#closed.get(sequenceNumber)
    return parts ?? []
  }

  /**
   * Whether segment `sequenceNumber` or a later segment is published. With `index`, it is enough that the part `index` of the segment, or a
   * part of a later segment, is published.
   */
  reaches({ sequenceNumber, index }: { sequenceNumber: bigint; index: number | undefined }): boolean {
    if (this.newest && this.newest.sequenceNumber >= sequenceNumber) return true
    if (!this.#open || index === undefined) return false
    return this.#open.sequenceNumber === sequenceNumber
      ? this.#open.parts.length > index
      : this.#open.sequenceNumber > sequenceNumber
  }

  /** The parts of the open segment that are newer than `known`. `known: 'none'`: all parts. */
  partsAfter(known: PartPlace | 'none'): readonly Part.Part[] {
    const parts = this.#open?.parts ?? []
    if (known === 'none') return parts
    const { sequenceNumber, index } = known
    return parts.filter((part) => part.sequenceNumber !== sequenceNumber || part.index > index)
  }

  /** Withdraws the parts of the open segment, because the segment will not become complete. */
  abandon(sequenceNumber: bigint): void {
    if (this.#open?.sequenceNumber !== sequenceNumber) return
    this.#open = undefined
    this.wake()
  }

  /** Reserves a sequence number before its publication is written. Throws `Sequence.RepeatedError`. */
  reserve(sequenceNumber: bigint): void {
    this.#assertNew(sequenceNumber)
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
    this.#close(publication.sequenceNumber)
    if (this.#held.length > maxHeld) this.#held.shift()
    this.wake()
  }

  /** Closes the open segment if it is complete, or if a later segment was published instead. */
  #close(sequenceNumber: bigint): void {
    if (!this.#open || this.#open.sequenceNumber > sequenceNumber) return
    if (this.#open.sequenceNumber === sequenceNumber) this.#closed.set(sequenceNumber, this.#open.parts)
    this.#open = undefined
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= maxClosed) break
      this.#closed.delete(oldest)
    }
  }

  #assertNew(sequenceNumber: bigint): void {
    const last = this.#reserved ?? this.newest?.sequenceNumber
    if (last !== undefined && sequenceNumber <= last) throw new Sequence.RepeatedError({ last, next: sequenceNumber })
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

  /**
   * Resolves at the next `wake`, after `timeoutMs`, or when `signal` aborts. With `forParts`, also resolves at the next part.
   */
  wait({ timeoutMs, signal, forParts = false }: WaitOptions): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const waiter = { done, forParts }
      const timer = setTimeout(done, timeoutMs)
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', done)
    })
  }

  /** Resolves all pending promises of `wait`. */
  wake(): void {
    this.#wakeAll(() => true)
  }

  #wakeAll(isConcerned: (waiter: Waiter) => boolean): void {
    for (const waiter of [...this.#waiters]) if (isConcerned(waiter)) waiter.done()
  }
}
