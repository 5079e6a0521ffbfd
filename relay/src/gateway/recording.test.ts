import { randomBytes } from 'node:crypto'
import { Segment } from '@lp/contracts/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { domain } from '../../testbeds/stream'
import { Layout, Metainfo, type Recording } from '../recording'
import { decodeSegmentList } from '../records/json'

type Relay = Awaited<ReturnType<typeof startGateway>>
type Stream = Awaited<ReturnType<Relay['addStream']>>

const payloads = new Map([0n, 1n, 3n].map((number) => [number, randomBytes(200_000 + Number(number))]))
const file = Buffer.concat([...payloads.values()])

let relay: Relay
let stream: Stream
beforeAll(async () => {
  relay = await startGateway()
  stream = await addStream(relay)
  await stream.finish(3n)
})
afterAll(() => relay.stop())

async function addStream({ addStream }: Relay, wishes?: { mayRecord: boolean }): Promise<Stream> {
  const stream = await addStream(undefined, wishes)
  for (const [sequenceNumber, data] of payloads) await stream.publish({ sequenceNumber, data })
  return stream
}

const get = ({ streamId }: Stream, type: 'torrent' | 'ts', init?: RequestInit) =>
  fetch(`${relay.url}/recordings/${streamId}.${type}`, init)

/** The info dictionary that the relay serves: all bytes between `d4:info` and the last `e`. */
async function infoOf(stream: Stream): Promise<Metainfo.Info> {
  const torrent = new Uint8Array(await (await get(stream, 'torrent')).arrayBuffer())
  return torrent.slice('d4:info'.length, -1)
}

describe('the recording of a stream that has ended', () => {
  it('is served as the torrent that a viewer can build from the signed segments', async () => {
    const { streamId } = stream
    const response = await fetch(`${relay.url}/segments/${streamId}?after=-1`)
    const { segments, end } = decodeSegmentList(await response.json())
    const received: Recording.Recording = { streamId, segments, end }
    const built = await Metainfo.build(
      received,
      async ({ dataHash }) => new Uint8Array(await (await fetch(`${relay.url}/payload/${dataHash}`)).arrayBuffer()),
    )
    expect((await get(stream, 'torrent')).headers.get('etag')).toBe(`"${await Metainfo.infoHash(built)}"`)
    expect(await infoOf(stream)).toEqual(built)
  })

  it('is served as a file in which each segment matches its signed header', async () => {
    const recording = Metainfo.decode(await infoOf(stream), stream.streamId)
    const layout = Layout.create(recording)
    expect(recording.segments).toHaveLength(3)
    for (const [index, segment] of recording.segments.entries()) {
      const { start, end } = Layout.rangeOf(layout, index)
      const response = await get(stream, 'ts', { headers: { range: `bytes=${start}-${end - 1}` } })
      expect([response.status, response.headers.get('content-range')]).toEqual([
        206,
        `bytes ${start}-${end - 1}/${file.length}`,
      ])
      await Segment.verify(segment, domain)
      await Segment.verifyPayload(segment, new Uint8Array(await response.arrayBuffer()))
    }
  })

  it('is served as a whole, and as a range over several segments', async () => {
    const whole = await get(stream, 'ts')
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp2t'])
    expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), file)).toBe(0)
    const range = await get(stream, 'ts', { headers: { range: 'bytes=199999-400001' } })
    expect(Buffer.compare(Buffer.from(await range.arrayBuffer()), file.subarray(199_999, 400_002))).toBe(0)
    const beyond = await get(stream, 'ts', { headers: { range: `bytes=${file.length}-` } })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${file.length}`])
  })

  it('can be read by WebTorrent in the pages of other sites', async () => {
    const asked = ['range', 'cache-control', 'user-agent']
    const response = await get(stream, 'ts', { method: 'OPTIONS' })
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ')
    expect(asked.filter((name) => !allowed?.includes(name))).toEqual([])
  })

  it('exists only after the end of the stream', async () => {
    const live = await addStream(relay)
    for (const type of ['torrent', 'ts'] as const) expect((await get(live, type)).status).toBe(404)
    await live.finish(3n)
    for (const type of ['torrent', 'ts'] as const) expect((await get(live, type)).status).toBe(200)
  })

  it('does not exist if the broadcaster does not allow recordings', async () => {
    const refused = await addStream(relay, { mayRecord: false })
    await refused.finish(3n)
    for (const type of ['torrent', 'ts'] as const) expect((await get(refused, type)).status).toBe(404)
  })

  it('does not exist for a rendition or an unknown stream', async () => {
    const [rendition] = stream.record.renditions
    for (const id of [rendition?.streamId, `0x${'12'.repeat(32)}`])
      expect((await fetch(`${relay.url}/recordings/${id}.torrent`)).status).toBe(404)
    expect((await fetch(`${relay.url}/recordings/x.torrent`)).status).toBe(400)
    expect(relay.faults).toEqual([])
  })
})
