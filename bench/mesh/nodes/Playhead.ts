/** A player that is further behind live than its target plays at this rate, as the page does. */
const catchUpRate = 1.1
/** Like the page, a player that is nearer to live than its target plays at this rate. */
const slowRate = 0.9
/** The player does not slow down for less than this time. */
const leastAheadMs = 300

/** Simulates a player for a viewer that has no screen. Times are Unix times in milliseconds. */
export class Playhead {
  #targetMs: number
  /** The capture time of the picture that is shown, and of the end of the received media. */
  #shownMs: number
  #receivedMs: number
  #nowMs: number
  #isStalled = false
  stalls = 0
  stalledMs = 0
  deliveredMs = 0

  /** `startMs`: the capture time of the first picture. `targetMs`: the distance from live that the player keeps. */
  constructor({ startMs, targetMs, nowMs }: { startMs: number; targetMs: number; nowMs: number }) {
    this.#shownMs = startMs
    this.#receivedMs = startMs
    this.#targetMs = targetMs
    this.#nowMs = nowMs
  }

  /** The next `durationMs` of media have arrived. */
  receive(durationMs: number, nowMs: number): void {
    this.advance(nowMs)
    this.#receivedMs += durationMs
    this.deliveredMs += durationMs
  }

  /** Shows the media up to now. Call this at least a few times per second. */
  advance(nowMs: number): void {
    const elapsedMs = nowMs - this.#nowMs
    const rate = this.#rate
    const playedMs = Math.min(this.spareMs, elapsedMs * rate)
    this.#nowMs = nowMs
    this.#shownMs += playedMs
    const stoodMs = elapsedMs - playedMs / rate
    this.stalledMs += stoodMs
    if (stoodMs > 0 && !this.#isStalled) this.stalls++
    this.#isStalled = stoodMs > 0
  }

  /** From now on, the player keeps this distance from live. */
  aim(targetMs: number): void {
    this.#targetMs = targetMs
  }

  get #rate(): number {
    if (this.behindMs > this.#targetMs) return catchUpRate
    return this.behindMs < this.#targetMs - leastAheadMs ? slowRate : 1
  }

  /** The duration of the received media that are not shown yet. */
  get spareMs(): number {
    return this.#receivedMs - this.#shownMs
  }

  get behindMs(): number {
    return this.#nowMs - this.#shownMs
  }
}
