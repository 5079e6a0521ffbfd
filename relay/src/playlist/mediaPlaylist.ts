import { Segment, Sequence } from '@lp/contracts/protocol'

/**
 * The playlist of one level, RFC 8216bis. The media sequence number of a segment is its sequence number in the stream: so it
 * stays what it is across restarts, levels and relays. `''` without segments: HLS has no word for an empty playlist.
 */
export function mediaPlaylist({
  segments,
  uriOf,
  discontinuities,
  longestMs,
  ended,
  windowLength,
}: {
  /** Of one level, in order of sequence number. */
  segments: readonly Segment.Header[]
  uriOf(sequenceNumber: bigint): string
  /** Sequence numbers that begin a new timeline: all of the stream, ascending, the same for each of its levels. */
  discontinuities: readonly bigint[]
  /** Longest segment of the stream so far, over all levels. */
  longestMs: number
  /** No segment can come any more. */
  ended: boolean
  /** Segments that are listed. RFC 8216bis asks for three target durations at least. */
  windowLength: number
}): string {
  const listed = bridgeable(segments.slice(-windowLength))
  const first = listed[0]
  if (!first) return ''
  const seconds = targetDuration(longestMs)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:8',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${seconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${first.sequenceNumber}`,
    // A discontinuity before the first listed segment counts here, and has no tag any more.
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities.filter((at) => at <= first.sequenceNumber).length}`,
  ]
  const begin = (sequenceNumber: bigint) => {
    if (sequenceNumber > first.sequenceNumber && discontinuities.includes(sequenceNumber))
      lines.push('#EXT-X-DISCONTINUITY')
  }
  for (const [index, segment] of listed.entries()) {
    const before = listed[index - 1]
    // A missing number keeps its place, so that no later segment changes its own; a player looks for it in another level.
    for (
      let number = (before ?? segment).sequenceNumber + 1n;
      before && number < segment.sequenceNumber;
      number += 1n
    ) {
      begin(number)
      lines.push('#EXT-X-GAP', extinf(missingMs({ before, after: segment, seconds })), uriOf(number))
    }
    begin(segment.sequenceNumber)
    lines.push(...programDateTime(segment), extinf(segment.durationMs), uriOf(segment.sequenceNumber))
  }
  if (ended) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

/**
 * Seconds, at least T. RFC 8216bis bounds the durations *rounded to the nearest integer*. It must not change, and does not
 * unless an encoder gives a keyframe late: to promise the longest that is allowed would triple every player's delay.
 */
export const targetDuration = (longestMs: number): number =>
  Math.round(Math.max(longestMs, Segment.targetDurationMs) / 1_000)

/** What follows the last hole that is too wide to be listed number by number. */
function bridgeable(segments: readonly Segment.Header[]): readonly Segment.Header[] {
  const start = segments.findLastIndex(({ sequenceNumber }, index) => {
    const before = segments[index - 1]
    return before !== undefined && sequenceNumber > before.sequenceNumber + Sequence.maxAhead
  })
  return segments.slice(Math.max(0, start))
}

/** An equal share of the hole for each missing segment, as far as clocks that may have jumped can be believed. */
function missingMs({
  before,
  after,
  seconds,
}: {
  before: Segment.Header
  after: Segment.Header
  seconds: number
}): number {
  const holeMs = Number(after.startTimeMs - before.startTimeMs) - before.durationMs
  const shareMs = Math.floor(holeMs / Number(after.sequenceNumber - before.sequenceNumber - 1n))
  return Math.min(Math.max(shareMs, 1), seconds * 1_000 + 499)
}

const extinf = (durationMs: number) => `#EXTINF:${(durationMs / 1_000).toFixed(3)},`

const endOfYear9999Ms = 253_402_300_800_000n

/** None for a time that ISO 8601 cannot write with four digits of year: the origin signs whatever it likes. */
const programDateTime = ({ startTimeMs }: Segment.Header): string[] =>
  startTimeMs < endOfYear9999Ms ? [`#EXT-X-PROGRAM-DATE-TIME:${new Date(Number(startTimeMs)).toISOString()}`] : []
