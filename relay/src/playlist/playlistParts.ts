import { Part, type Segment } from '@lp/contracts/protocol'

/** The fields of a segment that a playlist needs. */
export type ListedSegment = Pick<Segment.Header, 'sequenceNumber' | 'startTimeMs' | 'durationMs'>

/** The parts of a media playlist: RFC 8216bis, 4.4.4.9. */
export type PlaylistParts = {
  /** The known parts of a whole segment, in order, without its last part; empty if they are not known. */
  of(sequenceNumber: bigint): readonly Part.Header[]
  /** The parts of the segment after the last whole segment, in order. */
  open: readonly Part.Header[]
  /** The bytes at this URI begin at the end of part `index` - 1, and end at the end of part `index`. */
  uriOf(sequenceNumber: bigint, index: number): string
}

/**
 * The tags at the head of the playlist. They ask a player to stay three parts behind the newest part. `recent`: the segments whose parts
 * are listed.
 */
export function partHead(parts: PlaylistParts, recent: readonly ListedSegment[]): string[] {
  const listed = [...recent.map((segment) => partsOf(parts, segment)), parts.open]
  // If a camera gives fewer than five pictures in two seconds, the parts are longer.
  const longestMs = Math.max(Part.targetDurationMs, ...listed.flatMap(lengthsMs))
  const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(3)
  return [
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${seconds(3 * longestMs)}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(longestMs)}`,
  ]
}

/** The lines for the parts of a whole segment. Empty if the parts are not known. */
export const wholeLines = (parts: PlaylistParts, segment: ListedSegment): string[] =>
  lengthsMs(partsOf(parts, segment)).map((lengthMs, index) =>
    partLine({ lengthMs, index, uri: parts.uriOf(segment.sequenceNumber, index) }),
  )

/** The ends of all parts of a whole segment. The last part ends with the segment. */
function partsOf({ of }: PlaylistParts, { sequenceNumber, durationMs }: ListedSegment): { durationMs: number }[] {
  const known = of(sequenceNumber)
  return known.length === 0 || known.at(-1)?.durationMs === durationMs ? [...known] : [...known, { durationMs }]
}

/** The parts of the open segment, and the part that comes next. */
export function openLines(
  { open, uriOf }: PlaylistParts,
  {
    last,
    discontinuity,
  }: {
    /** The last whole segment. */
    last: ListedSegment
    /** The tag before a segment that begins a new timeline. */
    discontinuity(sequenceNumber: bigint): string[]
  },
): string[] {
  const [first] = open
  const sequenceNumber = last.sequenceNumber + 1n
  // A player finds the number of a segment by counting the listed segments. So the parts of the open segment are listed only when the segment
  // before it is listed.
  if (first && first.sequenceNumber !== sequenceNumber) return []
  const hint = `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${uriOf(sequenceNumber, open.length)}"`
  if (!first) return [hint]
  const lines = lengthsMs(open).map((lengthMs, index) =>
    partLine({ lengthMs, index, uri: uriOf(sequenceNumber, index) }),
  )
  return [...discontinuity(sequenceNumber), ...programDateTime(first.startTimeMs), ...lines, hint]
}

const endOfYear9999Ms = 253_402_300_800_000n

/**
 * Returns no tag for a time after the year 9999, because ISO 8601 cannot write it. A broadcaster can sign such a time.
 */
export const programDateTime = (startTimeMs: bigint): string[] =>
  startTimeMs < endOfYear9999Ms ? [`#EXT-X-PROGRAM-DATE-TIME:${new Date(Number(startTimeMs)).toISOString()}`] : []

/** A segment begins with a keyframe, so its first part can be decoded alone. */
const partLine = ({ lengthMs, index, uri }: { lengthMs: number; index: number; uri: string }): string =>
  `#EXT-X-PART:DURATION=${(lengthMs / 1_000).toFixed(3)},URI="${uri}"${index === 0 ? ',INDEPENDENT=YES' : ''}`

const lengthsMs = (parts: readonly { durationMs: number }[]): number[] =>
  parts.map(({ durationMs }, index) => durationMs - (parts[index - 1]?.durationMs ?? 0))
