import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { ffprobe, fps, record } from '../../testbeds/media'

const options = { width: 640, height: 360, fps, renditions: [{ height: 240, bitrate: 300_000 }] }
const framesPerSegment = 2 * fps

let relay: Awaited<ReturnType<typeof startGateway>>
let source: Uint8Array[] = []
let low: Uint8Array[] = []

beforeAll(async () => {
  relay = await startGateway()
  const media = await record({ heights: [360, 240], segments: 5 })
  source = media[0] ?? []
  low = media[1] ?? []
})
afterAll(() => relay.stop())

/** A stream at the gateway. `publish` publishes one segment of the recording in both levels. */
async function addStream() {
  const stream = await relay.addStream(options)
  let assigned: Pick<typeof stream, 'record' | 'renditionKey'> = stream
  const hls = `${relay.url}/hls/${stream.streamId}`
  const publish = async (
    sequenceNumber: bigint,
    { from = Number(sequenceNumber), atMs = 2_000 * Number(sequenceNumber), renditions = true } = {},
  ) => {
    const common = { sequenceNumber, atMs }
    await stream.publish({ ...common, data: source[from] as Uint8Array })
    const [rendition] = assigned.record.renditions
    if (!renditions || !rendition) return
    const as = { streamId: rendition.streamId, signer: assigned.renditionKey }
    await stream.publish({ ...common, data: low[from] as Uint8Array, as })
  }
  /** Assigns the stream to another transcoder. */
  const handOver = async (fromSequence: bigint) => {
    assigned = await stream.assign({ fromSequence })
    await relay.catalogue.recordAssignment(assigned.record)
  }
  const end = async (last: bigint) => relay.catalogue.update(stream.streamId, { end: await stream.end(last) })
  const playlist = async (level: string) => (await fetch(`${hls}/${level}/index.m3u8`)).text()
  return { ...stream, hls, publish, handOver, end, playlist }
}

describe('HLS for other players', () => {
  it('can be read by ffprobe without a warning, from the master playlist and from the playlist of a level', async () => {
    const stream = await addStream()
    for (let sequenceNumber = 0n; sequenceNumber < 5n; sequenceNumber += 1n) await stream.publish(sequenceNumber)
    await stream.end(4n)
    const { streams, complaints } = await ffprobe(`${stream.hls}/master.m3u8`)
    expect(complaints).toBe('')
    const frames = `${5 * framesPerSegment}`
    expect(streams.filter(({ codec_name }) => codec_name === 'h264')).toEqual([
      { codec_name: 'h264', height: 360, nb_read_packets: frames },
      { codec_name: 'h264', height: 240, nb_read_packets: frames },
    ])
    expect(streams.filter(({ codec_name }) => codec_name === 'aac')).toHaveLength(2)
    expect((await ffprobe(`${stream.hls}/240p/index.m3u8`)).complaints).toBe('')
  })

  it('can be read across a gap, a failed rendition, and a handover that restarts the timestamps', async () => {
    const stream = await addStream()
    await stream.publish(0n)
    await stream.publish(2n)
    await stream.publish(3n, { renditions: false })
    await stream.handOver(4n)
    await stream.publish(4n, { from: 0, atMs: 20_000 })
    await stream.publish(5n, { from: 1, atMs: 22_000 })
    await stream.end(5n)
    for (const [level, segments] of [
      ['source', 5],
      ['240p', 4],
    ] as const) {
      const { streams, complaints } = await ffprobe(`${stream.hls}/${level}/index.m3u8`)
      expect(complaints).toBe('')
      expect(streams[0]?.nb_read_packets).toBe(`${segments * framesPerSegment}`)
    }
    const lines = (await stream.playlist('240p')).split('\n').filter((line) => /GAP|DISC|\.ts|ENDLIST/.test(line))
    expect(lines).toEqual([
      ...['#EXT-X-DISCONTINUITY-SEQUENCE:0', '0.ts', '#EXT-X-GAP', '1.ts', '2.ts', '#EXT-X-GAP', '3.ts'],
      ...['#EXT-X-DISCONTINUITY', '4.ts', '5.ts', '#EXT-X-ENDLIST'],
    ])
  })

  it('lists measured bitrates', async () => {
    const stream = await addStream()
    await stream.publish(0n)
    const master = await (await fetch(`${stream.hls}/master.m3u8`)).text()
    const [best, lower] = [...master.matchAll(/BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+)/g)].map(([, peak]) =>
      Number(peak),
    )
    expect(best).toBe((source[0]?.length ?? 0) * 4)
    expect(lower).toBe(Math.max((low[0]?.length ?? 0) * 4, 300_000))
  })

  it('asks the player to wait for the first segment, and refuses a level or segment that does not exist', async () => {
    const stream = await addStream()
    for (const path of ['master.m3u8', 'source/index.m3u8', '240p/index.m3u8']) {
      const response = await fetch(`${stream.hls}/${path}`)
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
      await response.body?.cancel()
    }
    expect((await fetch(`${stream.hls}/1080p/index.m3u8`)).status).toBe(404)
    expect((await fetch(`${stream.hls}/source/7.ts`)).status).toBe(404)
  })

  it('does not mark a level as ended before the last segment of the level is published', async () => {
    const stream = await addStream()
    await stream.publish(0n)
    await stream.publish(1n, { renditions: false })
    await stream.end(1n)
    expect(await stream.playlist('source')).toContain('ENDLIST')
    expect(await stream.playlist('240p')).not.toContain('ENDLIST')
  })

  it('allows caches to store segments without a time limit, but no playlists', async () => {
    const stream = await addStream()
    await stream.publish(0n)
    const playlist = await fetch(`${stream.hls}/source/index.m3u8`)
    expect(playlist.headers.get('cache-control')).toBe('no-store')
    expect(playlist.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
    const segment = await fetch(`${stream.hls}/240p/0.ts`)
    expect(segment.headers.get('cache-control')).toContain('immutable')
    expect(Buffer.from(await segment.arrayBuffer()).equals(low[0] as Uint8Array)).toBe(true)
  })
})
