import type { Viewer } from 'lp-relay'

/**
 * If no clock is wrong, at least one of the newest segments reaches the viewer at most this long after its capture. This time includes the
 * time to transcode the segment.
 */
const maxDelayMs = 4_000
/** The clocks of two computers that set their time by the network differ by less than this. */
const toleranceMs = 300
/** The number of newest segments whose delays are compared. */
const segments = 8

/**
 * The time from camera to screen: the present time by the viewer's clock minus the capture time by the broadcaster's clock. Headers of new
 * segments are small and come without delay. So if the two clocks agree, the shortest time from the end of a capture to the arrival of its
 * header is small and not negative. If this shortest time is above `maxDelayMs` or below -`toleranceMs`, a clock is wrong, and the latency
 * is not known.
 */
export class Latency {
  #delaysMs: readonly number[] = []
  #newestMs = Number.NEGATIVE_INFINITY

  /** Hears of the segments of `viewer` until `signal` aborts. */
  follow(viewer: Viewer, signal: AbortSignal): void {
    const look = () => {
      for (const { name } of viewer.getSnapshot().levels) {
        const newest = viewer.entries(name).at(-1)?.publication
        if (newest) this.hear(Number(newest.startTimeMs) + newest.durationMs, Date.now())
      }
    }
    signal.addEventListener('abort', viewer.subscribe(look), { once: true })
  }

  /**
   * The header of a segment has come. `endMs`: the end of its capture, by the broadcaster's clock. `nowMs`: the present time, by the
   * viewer's clock.
   */
  hear(endMs: number, nowMs: number): void {
    if (endMs <= this.#newestMs) return
    this.#newestMs = endMs
    this.#delaysMs = [...this.#delaysMs, nowMs - endMs].slice(-segments)
  }

  /** The latency of a picture that was captured at `capturedMs`, rounded to tenths of a second. Undefined while it is not known. */
  of(capturedMs: number | undefined, nowMs: number): number | undefined {
    const leastMs = Math.min(...this.#delaysMs)
    if (capturedMs === undefined || leastMs < -toleranceMs || leastMs > maxDelayMs) return undefined
    const latencyMs = Math.round((nowMs - capturedMs) / 100) * 100
    return latencyMs >= 0 ? latencyMs : undefined
  }
}
