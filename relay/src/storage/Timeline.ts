import { Segment } from '@lp/contracts/protocol'

/** Encoders and clocks disagree by some frames; players bridge this much by themselves. */
const toleranceMs = 500n

/**
 * Where the timestamps of a source stream start anew: at a handover or successive job, when the picture changes its shape,
 * when the broadcaster's tab slept. One list for the source and all of its renditions, because players line the levels of
 * a playlist up by counting these.
 */
export class Timeline {
  readonly #breaks: bigint[] = []
  #newest: Segment.Header | undefined

  /** Sequence numbers that begin a new timeline, ascending. */
  get breaks(): readonly bigint[] {
    return this.#breaks
  }

  /** The next segment, or `fromSequence` if that is later, begins a new timeline. What was published never changes. */
  breakAt(fromSequence: bigint): void {
    if (!this.#newest) return
    const next = this.#newest.sequenceNumber + 1n
    const sequenceNumber = fromSequence > next ? fromSequence : next
    if (this.#breaks.includes(sequenceNumber)) return
    this.#breaks.push(sequenceNumber)
    this.#breaks.sort((a, b) => (a < b ? -1 : 1))
  }

  breakNext(): void {
    this.breakAt(0n)
  }

  /** A source segment joins, in order. */
  add(segment: Segment.Header): void {
    if (this.#newest && jumps(this.#newest, segment)) this.breakAt(segment.sequenceNumber)
    this.#newest = segment
  }
}

/** Whether the time between two segments is not what the missing numbers between them explain. */
function jumps(before: Segment.Header, after: Segment.Header): boolean {
  const missing = after.sequenceNumber - before.sequenceNumber - 1n
  const holeMs = after.startTimeMs - before.startTimeMs - BigInt(before.durationMs)
  return holeMs < -toleranceMs || holeMs > missing * BigInt(Segment.maxDurationMs) + toleranceMs
}
