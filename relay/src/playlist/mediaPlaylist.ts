import { Segment, Sequence } from '@lp/contracts/protocol'
import {
  type ListedSegment,
  openLines,
  type PlaylistParts,
  partHead,
  programDateTime,
  wholeLines,
} from './playlistParts'

/**
 * The media playlist of one level. RFC 8216bis. The media sequence number of a segment is its sequence number in the stream, so it
 * is the same after restarts, in all levels and on all relays. `''` without segments, because HLS has no empty playlist.
 */
export function mediaPlaylist({
  segments,
  uriOf,
  discontinuities,
  longestMs,
  ended,
  windowLength,
  parts,
}: {
  /** The segments of one level, in order of sequence number. */
  segments: readonly ListedSegment[]
  uriOf(sequenceNumber: bigint): string
  /** Sequence numbers at which a new timeline begins, ascending. The list is of the whole stream, and the same for each level. */
  discontinuities: readonly bigint[]
  /** Duration of the longest segment of the stream so far, over all levels. */
  longestMs: number
  /** Whether the stream has ended and no segment can follow. */
  ended: boolean
  /** The largest number of segments that are listed, not counting gaps. RFC 8216bis demands at least three target durations. */
  windowLength: number
  /** The parts, for low-latency players. Without `parts`, the playlist lists only whole segments. */
  parts?: PlaylistParts
}): string {
  const listed = bridgeable(segments.slice(-windowLength))
  const first = listed[0]
  if (!first) return ''
  const seconds = targetDuration(longestMs)
  // RFC 8216bis demands the parts of the last three target durations.
  const recent = listed.slice(-3)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:8',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${seconds}`,
    ...(parts ? partHead(parts, recent) : []),
    `#EXT-X-MEDIA-SEQUENCE:${first.sequenceNumber}`,
    // A discontinuity at or before the first listed segment is counted here, and has no tag.
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities.filter((at) => at <= first.sequenceNumber).length}`,
  ]
  const discontinuity = (sequenceNumber: bigint) =>
    sequenceNumber > first.sequenceNumber && discontinuities.includes(sequenceNumber) ? ['#EXT-X-DISCONTINUITY'] : []
  for (const [index, segment] of listed.entries()) {
    const before = listed[index - 1]
    // A gap uses the number of a missing segment, so later segments keep their numbers. A player looks for the missing segment in
    // another level.
    for (
      let number = (before ?? segment).sequenceNumber + 1n;
      before && number < segment.sequenceNumber;
      number += 1n
    ) {
      lines.push(
        ...discontinuity(number),
        '#EXT-X-GAP',
        extinf(missingMs({ before, after: segment, seconds })),
        uriOf(number),
      )
    }
    const partLines = parts && recent.includes(segment) ? wholeLines(parts, segment) : []
    const [begin, time] = [discontinuity(segment.sequenceNumber), programDateTime(segment.startTimeMs)]
    lines.push(...begin, ...time, ...partLines, extinf(segment.durationMs), uriOf(segment.sequenceNumber))
  }
  if (ended) lines.push('#EXT-X-ENDLIST')
  else if (parts) lines.push(...openLines(parts, { last: listed.at(-1) as ListedSegment, discontinuity }))
  return `${lines.join('\n')}\n`
}

/**
 * The target duration in seconds; at least `Segment.targetDurationMs`. RFC 8216bis limits the durations *rounded to the nearest
 * integer*, and forbids that the target changes. Here the target does change when an encoder makes a keyframe late. A constant
 * target would have to be the longest allowed duration, which would triple the delay of every player.
 */
export const targetDuration = (longestMs: number): number =>
  Math.round(Math.max(longestMs, Segment.targetDurationMs) / 1_000)

/** The segments after the last hole that has too many missing numbers to list. */
function bridgeable(segments: readonly ListedSegment[]): readonly ListedSegment[] {
  const start = segments.findLastIndex(({ sequenceNumber }, index) => {
    const before = segments[index - 1]
    return before !== undefined && sequenceNumber > before.sequenceNumber + Sequence.maxAhead
  })
  return segments.slice(Math.max(0, start))
}

/**
 * The duration of each missing segment: the time between `before` and `after`, divided equally. The result is limited to the
 * durations that a playlist allows, because the clocks may have jumped.
 */
function missingMs({
  before,
  after,
  seconds,
}: {
  before: ListedSegment
  after: ListedSegment
  seconds: number
}): number {
  const holeMs = Number(after.startTimeMs - before.startTimeMs) - before.durationMs
  const shareMs = Math.floor(holeMs / Number(after.sequenceNumber - before.sequenceNumber - 1n))
  return Math.min(Math.max(shareMs, 1), seconds * 1_000 + 499)
}

const extinf = (durationMs: number) => `#EXTINF:${(durationMs / 1_000).toFixed(3)},`
