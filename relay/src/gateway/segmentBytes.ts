import { Readable } from 'node:stream'
import type { StreamId } from '@lp/contracts/protocol'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Answer } from './Answer'
import { notFound } from './HttpError'
import type { Metrics } from './metrics'
import type { Range } from './range'

/**
 * Serves bytes of a published segment, or of the published parts of an open segment. The range is in the query, because with a `Range`
 * header some browsers send a preflight request before each segment.
 */
export function segmentBytes(
  { catalogue, payloads, metrics }: { catalogue: Catalogue; payloads: PayloadStore; metrics: Metrics },
  { streamId, sequenceNumber, range }: { streamId: StreamId.StreamId; sequenceNumber: bigint; range: Range },
): Answer {
  const length = range.end - range.start + 1
  const [published] = catalogue.segments(streamId, sequenceNumber - 1n, 1)
  if (published?.sequenceNumber === sequenceNumber) {
    if (range.end >= published.byteLength) throw missing()
    const read = async () => (await payloads.createReadStream(published.dataHash, range)) ?? Promise.reject(missing())
    return answer({ read, length, cache: 'public, max-age=31536000, immutable' }, metrics)
  }
  const open = catalogue.openSegment(streamId)
  if (open?.sequenceNumber !== sequenceNumber || range.end >= open.bytes.length) throw missing()
  const bytes = open.bytes.subarray(range.start, range.end + 1)
  const read = async () => Readable.from([bytes], { objectMode: false })
  return answer({ read, length, cache: 'no-store' }, metrics)
}

const answer = (
  { read, length, cache }: { read(): Promise<Readable>; length: number; cache: string },
  { count }: Metrics,
): Answer => ({
  status: 200,
  headers: { 'cache-control': cache, 'content-type': 'video/mp2t', 'content-length': `${length}` },
  body: async () => (await read()).on('data', (chunk: Buffer) => count.payloadBytesServed(chunk.length)).pause(),
})

const missing = () =>
  notFound(
    'This relay does not have these bytes of the segment.',
    'Read the newest headers from /segments, or ask another relay.',
  )
