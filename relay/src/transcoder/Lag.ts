type Waiting = { committedMs: number; durationMs: number }

/**
 * How far the transcoding of one job is behind. A segment is _late_ from its last byte until its receipt is on disk. After an
 * interruption a broadcaster sends many segments together, so segments are late for a while although this machine is fast enough.
 * So `isSlow` also looks at the time that the newest segments took.
 */
export class Lag {
  readonly #now: () => number
  /** Segments without a receipt, oldest first. */
  readonly #waiting = new Map<bigint, Waiting>()
  /** When the newest segment was finished, or when work began. */
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
    // The transcoder works on one segment of a job after the other. Work on this segment began when the previous segment was
    // finished, or earlier, while the segment arrived.
    const workMs = this.#now() - Math.max(this.#finishedMs, committedMs)
    this.#isSlow = workMs > durationMs
    this.#finishedMs = this.#now()
  }

  /** How long the oldest segment without a receipt has been late. 0: no segment is late. */
  get lateMs(): number {
    const [oldest] = this.#waiting.values()
    return oldest ? this.#now() - oldest.committedMs : 0
  }

  /**
   * Whether a segment is late, and this machine needed more time for the newest segment than the segment's duration, or needs more
   * than twice the duration for the present segment.
   */
  get isSlow(): boolean {
    const [oldest] = this.#waiting.values()
    if (!oldest) return false
    const unfinishedMs = this.#now() - Math.max(this.#finishedMs, oldest.committedMs)
    return this.#isSlow || unfinishedMs > 2 * oldest.durationMs
  }
}
