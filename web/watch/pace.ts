import type Hls from 'hls.js'

/** The rate at which the player plays while it is nearer to live than it should be. People do not hear this change. */
const slowRate = 0.9
/** The player slows down if it is nearer to live than its latency by more than `beginS`, and until the difference is `endS`, in seconds. */
const beginS = 0.3
const endS = 0.05

/**
 * Slows the player down until it is at its latency. hls.js only plays faster, but in a large room a player must come to a larger latency.
 * `usualRate`: the setting `maxLiveSyncPlaybackRate`; 1: the browser must not change the rate. `isLarge`: whether the room adds latency.
 */
export function pace(
  hls: Pick<Hls, 'latency' | 'targetLatency' | 'config'>,
  video: Pick<HTMLVideoElement, 'playbackRate'>,
  { usualRate, isLarge }: { usualRate: number; isLarge: boolean },
): void {
  if (usualRate === 1) return
  const wasSlow = video.playbackRate === slowRate
  // Before the first picture, hls.js reports a latency of 0.
  const aheadS = hls.latency > 0 ? (hls.targetLatency ?? 0) - hls.latency : 0
  const isSlow = isLarge && aheadS > (wasSlow ? endS : beginS)
  // With the setting 1, hls.js does not change the rate.
  hls.config.maxLiveSyncPlaybackRate = isSlow ? 1 : usualRate
  if (isSlow) video.playbackRate = slowRate
  else if (wasSlow) video.playbackRate = 1
}
