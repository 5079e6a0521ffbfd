import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { StreamId } from '@lp/contracts/protocol'
import { Layout, Metainfo } from '../recording'
import type { Recorded, Recordings } from '../storage/Recordings'
import type { Answer } from './Answer'
import { notFound } from './HttpError'
import type { Metrics } from './metrics'
import { rangeAnswer } from './rangeAnswer'

type From = { recordings: Recordings; metrics: Metrics }

/** The torrent of a recording. */
export async function recordingTorrent({ recordings }: From, streamId: StreamId.StreamId): Promise<Answer> {
  const { info, infoHash } = await known(recordings, streamId)
  const torrent = Metainfo.torrentFile(info)
  return {
    status: 200,
    headers: {
      // A stream without a signed end can continue, and then has another torrent.
      'cache-control': 'no-cache',
      'content-length': `${torrent.length}`,
      'content-type': 'application/x-bittorrent',
      etag: `"${infoHash}"`,
    },
    body: async () => Readable.from([torrent], { objectMode: false }),
  }
}

/** The file of the torrent, or one range of its bytes. The relay is a web seed of the torrent (BEP 19). */
export async function recordingBytes(
  { recordings, metrics }: From,
  { streamId, request }: { streamId: StreamId.StreamId; request: IncomingMessage },
): Promise<Answer> {
  const recorded = await known(recordings, streamId)
  const byteLength = Layout.byteLength(recorded.layout)
  return rangeAnswer({
    ...{ request, byteLength, name: recorded.infoHash },
    async open(range) {
      const stream = recordings.read(
        recorded,
        range ? { start: range.start, end: range.end + 1 } : { start: 0, end: byteLength },
      )
      return stream.on('data', (chunk: Buffer) => metrics.count.payloadBytesServed(chunk.length)).pause()
    },
  })
}

async function known(recordings: Recordings, streamId: StreamId.StreamId): Promise<Recorded> {
  const recorded = await recordings.find(streamId)
  if (!recorded)
    throw notFound(
      'This relay has no recording of the stream.',
      'Ask again after the end of the stream, or ask another relay or a viewer. Relays delete payloads after the verification period.',
    )
  return recorded
}
