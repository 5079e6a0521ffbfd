import type { Progress } from 'lp-relay'

/**
 * Measures how long the newest segments needed: from their end until they were sent, and from then until the transcoder acknowledged them.
 * Segments are sent and acknowledged in their order.
 */
export class SegmentTimes {
  readonly #now: () => number
  /** When each recorded segment that was not sent yet has ended, oldest first. */
  #recorded: number[] = []
  /** When each segment without an answer was sent, oldest first. */
  #sent: number[] = []
  #count = { sent: 0, settled: 0 }
  #uploadMs: number | undefined
  #answerMs: number | undefined

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A segment was recorded. */
  ended(): void {
    this.#recorded.push(this.#now())
  }

  progress({ sent, acknowledged, refused, unsettled }: Progress): void {
    for (; this.#count.sent < sent; this.#count.sent++) {
      const endedMs = this.#recorded.shift()
      if (endedMs === undefined) continue
      this.#uploadMs = this.#now() - endedMs
      this.#sent.push(this.#now())
    }
    for (; this.#count.settled < acknowledged + refused; this.#count.settled++) {
      const sentMs = this.#sent.shift()
      if (sentMs !== undefined) this.#answerMs = this.#now() - sentMs
    }
    // More segments than these: the publisher has dropped the oldest. The segment that is being recorded is also unsettled.
    const complete = Math.max(0, unsettled - 1)
    while (this.#recorded.length + this.#sent.length > complete)
      (this.#sent.length > 0 ? this.#sent : this.#recorded).shift()
  }

  /** Of the newest sent segment, or of the oldest segment that still waits, if this time is longer. Undefined before the first segment. */
  get uploadMs(): number | undefined {
    return this.#longest(this.#uploadMs, this.#recorded[0])
  }

  /** As `uploadMs`, from the end of the upload to the answer of the transcoder. */
  get answerMs(): number | undefined {
    return this.#longest(this.#answerMs, this.#sent[0])
  }

  #longest(lastMs: number | undefined, sinceMs: number | undefined): number | undefined {
    if (sinceMs === undefined) return lastMs
    return Math.max(lastMs ?? 0, this.#now() - sinceMs)
  }
}
