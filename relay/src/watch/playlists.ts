import { Segment } from '@lp/contracts/protocol'
import type { Level } from '../playlist/levels'
import { masterPlaylist } from '../playlist/masterPlaylist'
import { measure } from '../playlist/measure'
import { mediaPlaylist, targetDuration } from '../playlist/mediaPlaylist'
import type { Recording } from '../recording'
import { isBreak } from '../records/isBreak'
import { type Entry, maxEntries } from './SegmentWindow'
import type { News } from './Viewer'

/** The number of whole segments in a full playlist. The next segment in the playlist is open. */
export const wholeSegments = maxEntries - 1

/** The master playlist for a player in this page. `entriesOf` returns the known segments of a level. */
export const master = ({
  levels,
  entriesOf,
  uriOf,
}: {
  levels: readonly Level[]
  entriesOf(level: string): readonly Entry[]
  uriOf(level: string): string
}): string =>
  masterPlaylist({
    levels,
    bitratesOf: ({ name }) => {
      const segments = entriesOf(name).map(({ publication }) => publication)
      return measure(segments, { targetDurationSeconds: targetDuration(longestMs(segments)) })
    },
    uriOf: ({ name }) => uriOf(name),
  })

/**
 * The playlist of one level for a player in this page. The playlist announces blocking reloads: if a request contains `_HLS_msn=n`, the
 * page must not answer before segment n has begun. The open segment is listed as if it were whole: the player loads it while it grows.
 */
export function media({ entries, open, handovers, isOver }: News, uriOf: (sequenceNumber: bigint) => string): string {
  const whole = entries.map(({ publication }) => publication)
  const segments = open && !isOver ? [...whole, { ...open, durationMs: Segment.targetDurationMs }] : whole
  const text = mediaPlaylist({
    segments,
    uriOf,
    discontinuities: handovers,
    longestMs: longestMs(segments),
    ended: isOver,
    windowLength: maxEntries,
  })
  return text.replace('#EXTM3U\n', blocking)
}

/**
 * The playlist of past segments of a level, which grows at its end. `breaks`: sequence numbers at which a new timeline begins, the same for all
 * levels. The page must not answer a request that contains `_HLS_msn=n` before segment n is known. For hls.js, a playlist of the type EVENT does
 * not become too old while the page waits with its answer.
 */
export function past(
  { entries, breaks, isOver }: { entries: readonly Entry[]; breaks: readonly bigint[]; isOver: boolean },
  uriOf: (sequenceNumber: bigint) => string,
): string {
  const segments = entries.map(({ publication }) => publication)
  return mediaPlaylist({
    ...{ segments, uriOf, discontinuities: breaks, ended: isOver },
    ...{ longestMs: longestMs(segments), windowLength: segments.length },
  }).replace('#EXTM3U\n', `${blocking}#EXT-X-PLAYLIST-TYPE:EVENT\n`)
}

/**
 * The playlist of a whole recording. The segments are numbered from 0 without holes, so that a player can seek through a recording with
 * missing segments. `uriOf` gets the new number of a segment.
 */
export function recorded({ segments }: Recording.Recording, uriOf: (index: number) => string): string {
  const listed = segments.map((segment, index) => ({ ...segment, sequenceNumber: BigInt(index) }))
  const breaks = segments.flatMap((segment, index) => {
    const before = segments[index - 1]
    const isHole = before !== undefined && segment.sequenceNumber !== before.sequenceNumber + 1n
    return before && (isHole || isBreak(before, segment)) ? [BigInt(index)] : []
  })
  return mediaPlaylist({
    segments: listed,
    uriOf: (index) => uriOf(Number(index)),
    discontinuities: breaks,
    longestMs: longestMs(segments),
    ended: true,
    windowLength: segments.length,
  }).replace('#EXTM3U\n', '#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD\n')
}

const blocking = '#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n'

const longestMs = (segments: readonly { durationMs: number }[]) =>
  Math.max(0, ...segments.map(({ durationMs }) => durationMs))
