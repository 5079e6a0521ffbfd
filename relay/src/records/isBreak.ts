import { Segment } from '@lp/contracts/protocol'

/**
 * If the time between two segments differs from the expected time by at most 500 ms, there is no break. Clocks and encoders
 * differ by some frames, and players continue across such a gap.
 */
const toleranceMs = 500n

/**
 * Whether a new timeline begins between two segments: the time from the end of one segment to the start of the next is negative, or longer
 * than the missing segments between them can be. Differences up to `toleranceMs` do not count.
 */
export function isBreak(before: Segment.Header, after: Segment.Header): boolean {
  const missing = after.sequenceNumber - before.sequenceNumber - 1n
  const holeMs = after.startTimeMs - before.startTimeMs - BigInt(before.durationMs)
  return holeMs < -toleranceMs || holeMs > missing * BigInt(Segment.maxDurationMs) + toleranceMs
}
