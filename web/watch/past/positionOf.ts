import type { Entry } from 'lp-relay'

/**
 * The position of a capture time in a playlist of these segments, in seconds. `breaks`: the sequence numbers at which a new timeline begins. A
 * time before the first segment has the position 0, and a time in a hole has the position of the next segment.
 */
export function positionOf(entries: readonly Entry[], breaks: readonly bigint[], timeMs: number): number {
  let positionMs = 0
  for (const [index, { publication }] of entries.entries()) {
    const before = entries[index - 1]?.publication
    const startMs = Number(publication.startTimeMs)
    if (before)
      positionMs += breaks.includes(publication.sequenceNumber)
        ? before.durationMs
        : startMs - Number(before.startTimeMs)
    if (timeMs < startMs + publication.durationMs) return (positionMs + Math.max(0, timeMs - startMs)) / 1_000
  }
  return positionMs / 1_000
}
