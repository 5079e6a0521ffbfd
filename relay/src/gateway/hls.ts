import type { StreamId } from '@lp/contracts/protocol'
import { type Level, levels, renditionName } from '../playlist/levels'
import { masterPlaylist } from '../playlist/masterPlaylist'
import { measure } from '../playlist/measure'
import { mediaPlaylist, targetDuration } from '../playlist/mediaPlaylist'
import type { Publication } from '../records/Publication'
import type { Catalogue } from '../storage/Catalogue'
import { type Answer, text } from './Answer'
import { notFound, notYet } from './HttpError'
import { known } from './streams'

const contentType = 'application/vnd.apple.mpegurl'
/**
 * The number of segments of 2 s in a media playlist. With 15 segments, a player can pause for some seconds, and each playlist has
 * only 3 kB.
 */
const windowLength = 15

type Place = { streamId: StreamId.StreamId; level: string }

/** The master playlist, for players that do not check signatures. */
export function master(catalogue: Catalogue, streamId: StreamId.StreamId): Answer {
  const record = known(catalogue, streamId)
  const targetDurationSeconds = targetDuration(catalogue.longestMs(streamId))
  const playlist = masterPlaylist({
    levels: catalogue.last(streamId) === undefined ? [] : levels(record),
    bitratesOf: ({ name }: Level) =>
      measure(newest(catalogue, { streamId, level: name, limit: 150 }), { targetDurationSeconds }),
    uriOf: ({ name }) => `${name}/index.m3u8`,
  })
  if (playlist === '') throw notYet('The stream has no segment yet.', 2)
  return text(playlist, contentType)
}

/** The media playlist of one level. */
export function media(catalogue: Catalogue, { streamId, level }: Place): Answer {
  const record = known(catalogue, streamId)
  const present = level === 'source' ? record : record.renditions.find(({ height }) => renditionName(height) === level)
  const playlist = mediaPlaylist({
    segments: newest(catalogue, { streamId, level, limit: windowLength }),
    uriOf: (sequenceNumber) => `${sequenceNumber}.ts`,
    discontinuities: catalogue.discontinuities(streamId),
    longestMs: catalogue.longestMs(streamId),
    ended: present ? catalogue.isComplete(present.streamId) : record.state === 'ended',
    windowLength,
  })
  if (playlist === '' && present) throw notYet('This quality has no segment yet.', 2)
  if (playlist === '') throw notFound('The stream has no such quality.', 'Choose a quality from master.m3u8.')
  return text(playlist, contentType)
}

/** One segment of a media playlist. Throws `HttpError` 404. */
export function segment(
  catalogue: Catalogue,
  { sequenceNumber, ...place }: Place & { sequenceNumber: bigint },
): Publication {
  known(catalogue, place.streamId)
  for (const streamId of tracks(catalogue, place)) {
    const [found] = catalogue.segments(streamId, sequenceNumber - 1n, 1)
    if (found?.sequenceNumber === sequenceNumber) return found
  }
  throw notFound('This quality has no such segment.', 'Load index.m3u8 again and play the segments that it lists.')
}

/**
 * The newest segments of a level across its handovers. If two transcoders have published a segment with the same number, the list
 * has the earlier transcoder's segment.
 */
function newest(catalogue: Catalogue, { limit, ...place }: Place & { limit: number }): Publication[] {
  const merged: Publication[] = []
  for (const streamId of tracks(catalogue, place)) {
    const last = merged.at(-1)?.sequenceNumber ?? -1n
    merged.push(...catalogue.latest(streamId, limit).filter(({ sequenceNumber }) => sequenceNumber > last))
  }
  return merged.slice(-limit)
}

/** All StreamIds of a level, oldest first. Each handover adds one StreamId. */
function tracks(catalogue: Catalogue, { streamId, level }: Place): StreamId.StreamId[] {
  if (level === 'source') return [streamId]
  const renditions = catalogue.history(streamId).flatMap((record) => record.renditions)
  const ids = renditions.filter(({ height }) => renditionName(height) === level).map((rendition) => rendition.streamId)
  return [...new Set(ids)]
}
