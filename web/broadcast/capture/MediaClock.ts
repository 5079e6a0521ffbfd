import { TICKS_PER_MS } from 'lp-relay/media'

/**
 * The one clock of a capture: maps this machine's time (`performance.now()`) to media time (90 kHz ticks).
 * Sound is its master: a sample clock cannot be bent without being heard, a picture's timestamp can.
 */
export type MediaClock = {
  /** Media time at a moment of this machine's time. */
  ticksAt(nowMs: number): number
  /** Moves the clock gently towards the sound, which is `errorTicks` ahead of it (behind, if negative). */
  steer(errorTicks: number, elapsedTicks: number): void
  /** Media time stood still for so long: the machine slept. */
  hold(ms: number): void
}

// A crystal is off by 0.01 %; ten times that catches it up, and nobody sees a picture shown 0.1 % early.
const MAX_SLEW = 0.001

export function createMediaClock({ startTicks, startMs }: { startTicks: number; startMs: number }): MediaClock {
  let offsetTicks = startTicks
  return {
    ticksAt: (nowMs) => Math.round((nowMs - startMs) * TICKS_PER_MS + offsetTicks),
    steer(errorTicks, elapsedTicks) {
      const limit = elapsedTicks * MAX_SLEW
      offsetTicks += Math.max(-limit, Math.min(limit, errorTicks))
    },
    hold(ms) {
      offsetTicks -= ms * TICKS_PER_MS
    },
  }
}

/**
 * Maps the timestamps of one source to this machine's time. Camera and microphone count from epochs of their own, and
 * arrive late by a jitter that is never negative: so the smallest delay seen lately is the constant between the clocks.
 * (Chromium counts pictures from the boot; sound from the page's start, and once its reader was moved to a worker, from the
 * worker's: then the timestamps jump back.)
 */
export type SourceClock = {
  /** When the frame with this timestamp was captured, in this machine's time. */
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
      // Time does not run backwards, and no jitter is that long: the source counts from a new epoch.
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
