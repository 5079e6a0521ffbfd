import { Segment } from '@lp/contracts/protocol'

/**
 * If the time between two segments differs from the expected time by at most 500 ms, there is no break. Clocks and encoders
 * differ by some frames, and players continue across such a gap.
 */
const toleranceMs = 500n

/**
 * The breaks of a source stream: the segments that begin a new timeline. A new timeline begins at a handover or a successive job,
 * when the picture size changes, and after the broadcaster's tab has slept. There is one list for the source and all renditions,
 * because players align the levels of a playlist by counting these breaks.
 */
export class Timeline {
  readonly #breaks: bigint[] = []
  #newest: Segment.Header | undefined

  /** Sequence numbers of the segments that begin a new timeline, ascending. */
  get breaks(): readonly bigint[] {
    return this.#breaks
  }

  /**
   * Puts a break before segment `fromSequence`. If this segment is already published, puts the break before the first segment that is
   * not published yet, because published segments never change.
   */
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

  /** Adds the next source segment. */
  add(segment: Segment.Header): void {
    if (this.#newest && jumps(this.#newest, segment)) this.breakAt(segment.sequenceNumber)
    this.#newest = segment
  }
}

/**
 * Whether the time from the end of one segment to the start of the next is negative, or longer than the missing segments between
 * them can be. Differences up to `toleranceMs` do not count.
 */
function jumps(before: Segment.Header, after: Segment.Header): boolean {
  const missing = after.sequenceNumber - before.sequenceNumber - 1n
  const holeMs = after.startTimeMs - before.startTimeMs - BigInt(before.durationMs)
  return holeMs < -toleranceMs || holeMs > missing * BigInt(Segment.maxDurationMs) + toleranceMs
}
