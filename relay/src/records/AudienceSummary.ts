/** The lowest, the middle and the highest of several figures. Of two figures in the middle, `median` is the lower one. */
export type Spread = { min: number; median: number; max: number }

/**
 * What the viewers of a stream have told one relay in the last half minute. A viewer can lie, and can claim to be several viewers, so
 * nothing may be paid or decided by these figures. Decision 063.
 */
export type AudienceSummary = {
  /** The number of viewers that have told the relay that they play. */
  viewers: number
  /** The time from camera to screen. `undefined`: no viewer knows it. */
  latencyMs?: Spread | undefined
  /** Interruptions of the picture in the last minute. `undefined`: there is no viewer. */
  stalls?: Spread | undefined
}

/** What one viewer tells the relay about its player. */
export type AudienceReport = {
  /** 16 hexadecimal digits that the page makes at random when it opens. They say nothing about the person. */
  viewer: string
  latencyMs?: number | undefined
  /** Interruptions of the picture in the last minute. */
  stalls: number
}

/** An honest latency is shorter: the player cannot be further behind than the segments that a relay holds. */
export const maxLatencyMs = 2 * 3_600_000
/** A picture cannot be interrupted more often in a minute. */
export const maxStalls = 600

/** `undefined`: there are no figures. */
export function spreadOf(figures: readonly number[]): Spread | undefined {
  const sorted = [...figures].sort((a, b) => a - b)
  const [min, median, max] = [sorted[0], sorted[(sorted.length - 1) >> 1], sorted.at(-1)]
  return min === undefined || median === undefined || max === undefined ? undefined : { min, median, max }
}
