/** How many pictures wait in the encoder when the next picture comes. `full`: the next picture must be dropped. */
export type Load = 'free' | 'strained' | 'full'

/**
 * The frame rate of a capture. A slow computer gets a lower rate before the encoder must drop pictures, because dropped pictures come at
 * irregular times. After a calm time, the rate goes up by one step again.
 */
export type FrameRate = {
  /** Pictures per second now. */
  readonly fps: number
  /** Call this method for each picture, before it is encoded. */
  observe(load: Load, nowMs: number): void
}

/** The rates below the rate of the job, highest first. */
const LOWER = [30, 20, 15]
/** The first pictures wait until the encoder has started, and after a change, the pictures of the higher rate still wait. */
const SETTLING_MS = 3_000
/**
 * If the encoder is strained for this part of a second, or drops pictures for half of this time, the rate goes down. A short pause of the
 * computer is not a reason.
 */
const STRAIN_SECONDS = 1 / 3
/** After this time without strain, the rate goes up. */
const CALM_MS = 20_000
/** If the higher rate fails in this time, the page waits twice as long before it tries this rate again. */
const TRIAL_MS = 10_000
const MAX_CALM_MS = 320_000

export function createFrameRate({ fps: full, nowMs: startMs }: { fps: number; nowMs: number }): FrameRate {
  const rates = [full, ...LOWER.filter((rate) => rate < full)]
  let fps = full
  /** The mean time between two pictures. A camera can be slower than the job permits. */
  let intervalMs = 1_000 / full
  let strain = 0
  let settledAtMs = startMs + SETTLING_MS
  let calmSinceMs = settledAtMs
  let calmMs = CALM_MS
  let raisedAtMs = Number.NEGATIVE_INFINITY
  let lastMs = startMs

  function change(next: number, nowMs: number) {
    fps = next
    strain = 0
    settledAtMs = nowMs + SETTLING_MS
    calmSinceMs = settledAtMs
  }

  function lower(nowMs: number) {
    // A rate that is as high as the rate of the camera would change nothing.
    const next = rates.find((rate) => rate < Math.min(fps, 950 / intervalMs))
    if (next === undefined) return
    calmMs = nowMs - raisedAtMs < SETTLING_MS + TRIAL_MS ? Math.min(2 * calmMs, MAX_CALM_MS) : CALM_MS
    change(next, nowMs)
  }

  return {
    get fps() {
      return fps
    },
    observe(load, nowMs) {
      intervalMs += (Math.min(1_000, nowMs - lastMs) - intervalMs) / 16
      lastMs = nowMs
      if (nowMs < settledAtMs) return
      strain = Math.max(0, strain + { free: -0.5, strained: 1, full: 2 }[load])
      if (load !== 'free') calmSinceMs = nowMs
      if (strain >= fps * STRAIN_SECONDS) return lower(nowMs)
      if (fps === full || nowMs - calmSinceMs < calmMs) return
      raisedAtMs = nowMs
      change(rates[rates.indexOf(fps) - 1] ?? full, nowMs)
    },
  }
}
