import type { StreamId } from '@lp/contracts/protocol'
import { type Level, levels, renditionName } from '../playlist/levels'
import { masterPlaylist } from '../playlist/masterPlaylist'
import { measure } from '../playlist/measure'
import { mediaPlaylist, targetDuration } from '../playlist/mediaPlaylist'
import type { PlaylistParts } from '../playlist/playlistParts'
import type { Publication } from '../records/Publication'
import type { StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import { type Answer, text } from './Answer'
import { notFound, notYet } from './HttpError'
import type { Metrics } from './metrics'
import { segmentBytes } from './segmentBytes'
import { maxWaitMs } from './serve'
import { known, type Polls } from './streams'

const contentType = 'application/vnd.apple.mpegurl'
/**
 * The number of segments of 2 s in a media playlist. With 15 segments, a player can pause for some seconds, and each playlist has
 * only 3 kB.
 */
const windowLength = 15

/** A part that a playlist announces comes within this time, if the stream continues. */
const partWaitMs = 3_000

type Place = { streamId: StreamId.StreamId; level: string }

/** The master playlist, for players that do not check signatures. */
export function master(catalogue: Catalogue, streamId: StreamId.StreamId): Answer {
  const record = open(catalogue, streamId)
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

/** A low-latency player asks for the playlist that contains this segment, or this part of it. */
export type Awaited = { sequenceNumber: bigint; index: number | undefined }

/**
 * The media playlist of one level. With `awaited`, answers when the playlist contains this segment or part, and after `maxWaitMs` at the
 * latest.
 */
export async function media(
  { catalogue, polls }: { catalogue: Catalogue; polls: Polls },
  {
    streamId,
    level,
    awaited,
    address,
    signal,
  }: Place & { awaited: Awaited | undefined; address: string; signal: AbortSignal },
): Promise<Answer> {
  const record = open(catalogue, streamId)
  const present = level === 'source' ? record : record.renditions.find(({ height }) => renditionName(height) === level)
  if (awaited && present)
    await polls.hold(address, () => catalogue.waitFor(present.streamId, { ...awaited, timeoutMs: maxWaitMs, signal }))
  const segments = newest(catalogue, { streamId, level, limit: windowLength })
  const playlist = mediaPlaylist({
    segments,
    uriOf: (sequenceNumber) => `${sequenceNumber}.ts`,
    discontinuities: catalogue.discontinuities(streamId),
    longestMs: catalogue.longestMs(streamId),
    ended: present ? catalogue.isComplete(present.streamId) : record.state === 'ended',
    windowLength,
    ...(present && partsOf(catalogue, { streamId: present.streamId, last: segments.at(-1)?.sequenceNumber })),
  })
  if (playlist === '' && present) throw notYet('This quality has no segment yet.', 2)
  if (playlist === '') throw notFound('The stream has no such quality.', 'Choose a quality from master.m3u8.')
  return text(playlist, contentType)
}

/**
 * The record of a stream. Throws `HttpError` 404 if the stream is unknown, or if it is paid: a player of HLS cannot decrypt a paid stream.
 */
function open(catalogue: Catalogue, streamId: StreamId.StreamId): StreamRecord {
  const record = known(catalogue, streamId)
  if (record.sale)
    throw notFound('This stream is paid, so other players cannot play it.', 'Open the link of the stream in a browser.')
  return record
}

/**
 * The parts of a level. Empty if the newest segments of the level have no parts: a player would wait for an announced part that never
 * comes.
 */
function partsOf(
  catalogue: Catalogue,
  { streamId, last }: { streamId: StreamId.StreamId; last: bigint | undefined },
): { parts?: PlaylistParts } {
  const open = catalogue.openSegment(streamId)?.parts ?? []
  if (open.length === 0 && (last === undefined || catalogue.partsOf(streamId, last).length === 0)) return {}
  const uriOf = (sequenceNumber: bigint, index: number) => `${sequenceNumber}.${index}.ts`
  return { parts: { of: (sequenceNumber) => catalogue.partsOf(streamId, sequenceNumber), open, uriOf } }
}

/** The bytes of one part of a media playlist. Waits if the part is not published yet. Throws `HttpError` 404. */
export async function partBytes(
  context: { catalogue: Catalogue; payloads: PayloadStore; metrics: Metrics; polls: Polls },
  request: Place & { sequenceNumber: bigint; index: number; address: string; signal: AbortSignal },
): Promise<Answer> {
  const { catalogue, polls } = context
  const { sequenceNumber, index, address, signal, ...place } = request
  open(catalogue, place.streamId)
  const streamId = tracks(catalogue, place).at(-1)
  if (!streamId) throw notFound('The stream has no such quality.', 'Choose a quality from master.m3u8.')
  await polls.hold(address, () => catalogue.waitFor(streamId, { sequenceNumber, index, timeoutMs: partWaitMs, signal }))
  const parts = catalogue.partsOf(streamId, sequenceNumber)
  const [whole] = catalogue.segments(streamId, sequenceNumber - 1n, 1)
  const wholeLength = whole?.sequenceNumber === sequenceNumber ? whole.byteLength : undefined
  const start = index === 0 ? 0 : parts[index - 1]?.length
  const end = parts[index]?.length ?? (index === parts.length ? wholeLength : undefined)
  if (start === undefined || end === undefined)
    throw notFound('This quality has no such part.', 'Load index.m3u8 again and play the parts that it lists.')
  return segmentBytes(context, { streamId, sequenceNumber, range: { start, end: end - 1 } })
}

/** One segment of a media playlist. Throws `HttpError` 404. */
export function segment(
  catalogue: Catalogue,
  { sequenceNumber, ...place }: Place & { sequenceNumber: bigint },
): Publication {
  open(catalogue, place.streamId)
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

/** All StreamIds of a level, oldest first. The source has one StreamId. A rendition gets a further StreamId at each handover. */
function tracks(catalogue: Catalogue, { streamId, level }: Place): StreamId.StreamId[] {
  if (level === 'source') return [streamId]
  const renditions = catalogue.history(streamId).flatMap((record) => record.renditions)
  const ids = renditions.filter(({ height }) => renditionName(height) === level).map((rendition) => rendition.streamId)
  return [...new Set(ids)]
}
