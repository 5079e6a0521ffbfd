type Waiting = { committedMs: number; durationMs: number }

/**
 * How far the transcoding of one job is behind. A segment is _late_ from the arrival of its last byte until its receipt is on disk.
 * After an interruption, a broadcaster sends many segments together. Then segments are late for a long time, although this machine is
 * fast enough. So a late segment alone does not show that the machine is slow: `isSlow` also compares the time of the work with the
 * duration of a segment.
 */
export class Lag {
  readonly #now: () => number
  /** Segments without a receipt, oldest first. */
  readonly #waiting = new Map<bigint, Waiting>()
  /** When the last segment was finished. If the next segment arrived after this time: when the next segment arrived. */
  #finishedMs: number
  #isSlow = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#finishedMs = now()
  }

  /** The last byte of a segment has arrived. */
  committed(sequenceNumber: bigint, durationMs: number): void {
    if (this.#waiting.size === 0) this.#finishedMs = this.#now()
    this.#waiting.set(sequenceNumber, { committedMs: this.#now(), durationMs })
  }

  /** The segment has its receipt, or it failed. */
  finished(sequenceNumber: bigint): void {
    const waiting = this.#waiting.get(sequenceNumber)
    if (!waiting) return
    const { committedMs, durationMs } = waiting
    this.#waiting.delete(sequenceNumber)
    // The transcoder works on one segment of a job after the other. So we measure the work on this segment from the end of the work on the
    // previous segment, or from the last byte of this segment if this byte came later.
    const workMs = this.#now() - Math.max(this.#finishedMs, committedMs)
    this.#isSlow = workMs > durationMs
    this.#finishedMs = this.#now()
  }

  /** For how many milliseconds the oldest segment without a receipt has been late. 0: no segment is late. */
  get lateMs(): number {
    const [oldest] = this.#waiting.values()
    return oldest ? this.#now() - oldest.committedMs : 0
  }

  /**
   * Whether a segment is late and this machine is too slow. It is too slow if its work on the last finished segment took longer than the
   * duration of that segment, or if its work on the oldest late segment has already taken more than twice the duration of this segment.
   */
  get isSlow(): boolean {
    const [oldest] = this.#waiting.values()
    if (!oldest) return false
    const unfinishedMs = this.#now() - Math.max(this.#finishedMs, oldest.committedMs)
    return this.#isSlow || unfinishedMs > 2 * oldest.durationMs
  }
}
