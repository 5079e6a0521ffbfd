import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { createStream, domain } from '../../testbeds/stream'
import { Metainfo } from '../recording'
import { fetchRecordings, type OfferedRecording } from './fetchRecordings'

type Body = Uint8Array | 'too large'

let relay: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof relay.addStream>>
const data = Buffer.alloc(1_000, 7)

beforeAll(async () => {
  relay = await startGateway()
  stream = await relay.addStream()
  for (const sequenceNumber of [0n, 1n]) await stream.publish({ sequenceNumber, data })
  await stream.finish(1n)
})
afterAll(() => relay.stop())

/** A relay that answers every request with the same bytes. */
async function lying(body: Body) {
  const server = createServer((_, response) => {
    if (body !== 'too large') return response.end(body)
    response.writeHead(200, { 'content-length': '10000001' })
    return response.write('d4:info')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

async function ask(...uris: (string | undefined)[]) {
  const found: OfferedRecording[] = []
  const refused: string[] = []
  const answered: (string | undefined)[] = []
  await fetchRecordings({
    ...{ streamId: stream.streamId, domain, signal: new AbortController().signal },
    candidates: uris.map((serviceUri) => ({ address: stream.record.transcoder, serviceUri })),
    onAnswer: ({ serviceUri }) => answered.push(serviceUri),
    onFound: (offered) => found.push(offered),
    refuse: (error) => refused.push((error as Error).name),
  })
  return { found, refused, answered }
}

test('finds the recording of one relay, although other relays do not know the stream, have no address, or do not answer', async () => {
  const other = await startGateway()
  const gone = await lying(data)
  gone.close()
  const { found, refused, answered } = await ask(other.url, undefined, gone.uri, relay.url)
  expect(refused).toEqual(['Relay.UnreachableError'])
  expect(new Set(answered)).toEqual(new Set([other.url, relay.url]))
  expect(found.map(({ recording, webSeed }) => [recording.segments.length, webSeed])).toEqual([
    [2, `${relay.url}/recordings/${stream.streamId}.ts`],
  ])
  await other.stop()
})

/** The torrent of another stream, with the StreamId of this stream. So another key has signed its headers. */
async function forged(): Promise<Uint8Array> {
  const other = createStream()
  const signed = await other.publication({ sequenceNumber: 0n, data })
  const segments = [{ ...signed, streamId: stream.streamId }]
  return Metainfo.torrentFile(
    await Metainfo.build({ streamId: stream.streamId, segments, end: undefined }, async () => data),
  )
}

test.each<[string, () => Body | Promise<Body>, string]>([
  ['bytes that are not a torrent', () => Buffer.from('<html>'), 'Metainfo.MalformedError'],
  ['a torrent that is not a recording', () => Buffer.from('d4:infod6:lengthi1eee'), 'Metainfo.MalformedError'],
  ['a torrent that is cut off', () => Buffer.from('d4:infod6:lengthi1e'), 'bencode.NotCanonicalError'],
  ['segments that another key has signed', forged, 'Segment.WrongSignerError'],
  ['more than 10 MB', () => 'too large', 'Relay.TooLargeError'],
])('refuses %s, and still finds the recording of an honest relay', async (_, body, error) => {
  const liar = await lying(await body())
  const { found, refused } = await ask(liar.uri, relay.url)
  expect(refused).toEqual([error])
  expect(found).toHaveLength(1)
  liar.close()
})
