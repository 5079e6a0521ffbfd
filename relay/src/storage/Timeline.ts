import type { Segment } from '@lp/contracts/protocol'
import { isBreak } from '../records/isBreak'

/**
 * The breaks of a source stream: the segments that begin a new timeline. A new timeline begins at a handover, with the next job of the
 * stream, when the size of the picture or the codecs change, and after the broadcaster's tab has slept or the broadcaster's clock has gone
 * back.
 * There is one list for the source and all renditions, because players align the levels of a playlist by counting these breaks.
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
   * not published yet, because published segments never change. Does nothing while no segment is published.
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
    if (this.#newest && isBreak(this.#newest, segment)) this.breakAt(segment.sequenceNumber)
    this.#newest = segment
  }
}
