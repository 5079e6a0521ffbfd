/** The part of a live stream that a person can play. All times are capture times, by the broadcaster's clock. */
export type Timeline = {
  oldestMs: number
  /** The end of the newest segment. */
  newestMs: number
  /** The picture on screen. */
  shownMs: number
  /** The picture is not at the live edge. */
  isBehind: boolean
}

/** A player that plays at the live edge shows a picture that is at most this old. So nobody can seek forward in this last part. */
const atEdgeMs = 5_000

/**
 * The moment to play if the person asks for `timeMs`, or `live` for the live edge. Undefined: the picture stays where it is, because it is at
 * the live edge already.
 */
export function targetOf(
  timeMs: number,
  { oldestMs, newestMs, shownMs, isBehind }: Timeline,
): number | 'live' | undefined {
  if (timeMs > shownMs && timeMs >= newestMs - atEdgeMs) return isBehind ? 'live' : undefined
  return Math.max(timeMs, oldestMs)
}
