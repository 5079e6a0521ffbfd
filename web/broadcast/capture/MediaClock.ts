import { TICKS_PER_MS } from 'lp-relay/media'

/**
 * The clock of a capture: maps `performance.now()` to media time (90 kHz ticks). It follows the clock of the sound:
 * people hear a change of the sample rate, but do not see a small change of a picture's timestamp.
 */
export type MediaClock = {
  /** Media time at a value of `performance.now()`. */
  ticksAt(nowMs: number): number
  /** Moves the clock slowly towards the time of the sound, which is `errorTicks` ahead of the clock (negative: behind the clock). */
  steer(errorTicks: number, elapsedTicks: number): void
  /** Leaves `ms` milliseconds out of media time, because the computer slept during this time. */
  skip(ms: number): void
}

// Device clocks differ by about 0.01 %. A correction of up to 0.1 % is enough to follow a device clock, and people cannot see it.
const MAX_SLEW = 0.001

export function createMediaClock({ startTicks, startMs }: { startTicks: number; startMs: number }): MediaClock {
  let offsetTicks = startTicks
  return {
    ticksAt: (nowMs) => Math.round((nowMs - startMs) * TICKS_PER_MS + offsetTicks),
    steer(errorTicks, elapsedTicks) {
      const limit = elapsedTicks * MAX_SLEW
      offsetTicks += Math.max(-limit, Math.min(limit, errorTicks))
    },
    skip(ms) {
      offsetTicks -= ms * TICKS_PER_MS
    },
  }
}

/**
 * Maps the timestamps of one source to `performance.now()`. Each source counts from its own zero point, and no frame arrives before its
 * capture. So the smallest recent difference between arrival time and timestamp is the offset between the source's clock and
 * `performance.now()`. In Chromium, the timestamps of pictures count from the start of the computer. The timestamps of sound first count
 * from the start of the page. After a worker has begun to read, they count from the start of the worker, so they jump back.
 */
export type SourceClock = {
  /** When the frame with this timestamp was captured, as a value of `performance.now()`. */
  capturedAtMs(timestampUs: number, arrivedAtMs: number): number
}

const WINDOW_MS = 10_000
const RESTART_MS = 1_000

export function createSourceClock(): SourceClock {
  let windowStartMs = Number.NEGATIVE_INFINITY
  let current = Number.POSITIVE_INFINITY
  let previous = Number.POSITIVE_INFINITY
  let lastTimestampMs = Number.NEGATIVE_INFINITY
  return {
    capturedAtMs(timestampUs, arrivedAtMs) {
      const timestampMs = timestampUs / 1000
      const delay = arrivedAtMs - timestampMs
      // The timestamps went back, or the delay is longer than jitter can be. So the source counts from a new zero point.
      const hasRestarted = timestampMs < lastTimestampMs || delay > Math.min(current, previous) + RESTART_MS
      lastTimestampMs = timestampMs
      if (hasRestarted || arrivedAtMs - windowStartMs >= WINDOW_MS) {
        previous = hasRestarted ? Number.POSITIVE_INFINITY : current
        current = Number.POSITIVE_INFINITY
        windowStartMs = arrivedAtMs
      }
      current = Math.min(current, delay)
      return timestampMs + Math.min(current, previous)
    },
  }
}
