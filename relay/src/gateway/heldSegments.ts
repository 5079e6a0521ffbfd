import { StreamId } from '@lp/contracts/protocol'
import { encode } from '../records/json'
import type { Publication } from '../records/Publication'
import type { SegmentList } from '../records/SegmentList'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import { type Answer, json } from './Answer'
import { notFound } from './HttpError'
import { known, unknown } from './streams'

/** After segment `after`, or from the segment on whose capture had begun at `sinceMs` (Unix time). */
export type From = { after: bigint } | { sinceMs: number }

/**
 * Signed headers of past segments whose payloads this relay still holds, for a viewer that seeks back: at most `limit`, oldest first. Throws
 * `HttpError` 404 if the stream is unknown, or if its broadcaster refuses recordings.
 */
export function heldSegments(
  { catalogue, payloads }: { catalogue: Catalogue; payloads: PayloadStore },
  { streamId, from, limit }: { streamId: StreamId.StreamId; from: From; limit: number },
): Answer {
  const source = catalogue.sourceOf(streamId)
  if (!source) throw unknown()
  if (!StreamId.mayRecord(source))
    throw notFound('The broadcaster does not let viewers seek back.', 'Play the newest segments of the stream.')
  const { state, end } = known(catalogue, source)
  const segments: Publication[] = []
  // The oldest payloads are deleted first, so most of the missing payloads are at the start of the list.
  for (const segment of begin(catalogue.segments(streamId, -1n, Number.POSITIVE_INFINITY), from)) {
    if (segments.length === limit) break
    if (payloads.has(segment.dataHash) && !payloads.isSecret(segment.dataHash)) segments.push(segment)
  }
  const list: SegmentList = { streamId, segments, parts: [], state, end }
  return json(encode(list))
}

function begin(segments: readonly Publication[], from: From): readonly Publication[] {
  const at =
    'after' in from
      ? segments.findLastIndex(({ sequenceNumber }) => sequenceNumber <= from.after) + 1
      : segments.findLastIndex(({ startTimeMs }) => startTimeMs <= BigInt(from.sinceMs))
  return segments.slice(Math.max(0, at))
}
