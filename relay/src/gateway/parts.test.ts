import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import * as Relay from '../client/Relay'
import { SegmentPieces } from '../mesh/pieces/SegmentPieces'
import { decodeSegmentList } from '../records/json'
import type { Publication } from '../records/Publication'

let relay: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof relay.addStream>>
const data = Uint8Array.from({ length: 50_000 }, (_, index) => index % 251)
const lengths = [10_000, 30_000]

beforeAll(async () => {
  relay = await startGateway()
  stream = await relay.addStream()
  await stream.publish({ sequenceNumber: 0n, data })
})
afterAll(() => relay.stop())

const get = (path: string) => fetch(`${relay.url}${path}`)
const list = async (query: string) =>
  decodeSegmentList(await (await get(`/segments/${stream.streamId}${query}`)).json())
const bytesOf = async (sequenceNumber: number, range: string) => {
  const response = await get(`/segments/${stream.streamId}/${sequenceNumber}?bytes=${range}`)
  return { status: response.status, data: new Uint8Array(await response.arrayBuffer()), headers: response.headers }
}

describe('parts', () => {
  it('are listed for a reader that asks for them, as soon as they are published', async () => {
    const waiting = list('?after=0&part=none&waitMs=10000')
    const forSegments = list('?after=0&waitMs=10000')
    const [first, second] = await stream.publishParts({ sequenceNumber: 1n, data, lengths })
    expect((await waiting).parts).toEqual([first, second])
    expect((await list('?after=0&part=none')).parts).toEqual([first, second])
    expect((await list('?after=0&part=1.0&waitMs=10000')).parts).toEqual([second])
    expect((await list('?after=0')).parts).toEqual([])
    await stream.publish({ sequenceNumber: 1n, data })
    const closed = await forSegments
    expect([closed.segments.length, closed.parts]).toEqual([1, []])
    expect(await list('?after=0&part=1.1&waitMs=10000')).toMatchObject({
      segments: [{ sequenceNumber: 1n }],
      parts: [],
    })
  })

  it('have bytes that a reader can get while the segment is open, and also when it is complete', async () => {
    await stream.publishParts({ sequenceNumber: 2n, data, lengths })
    const open = await bytesOf(2, '16384-29999')
    expect([open.status, open.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(open.data).toEqual(data.subarray(16_384, 30_000))
    expect((await bytesOf(2, '16384-30000')).status).toBe(404)
    await stream.publish({ sequenceNumber: 2n, data })
    const complete = await bytesOf(2, '16384-49999')
    expect(complete.headers.get('cache-control')).toContain('immutable')
    expect(complete.data).toEqual(data.subarray(16_384))
    expect((await bytesOf(2, '0-50000')).status).toBe(404)
    expect((await bytesOf(3, '0-1')).status).toBe(404)
  })

  it.each(['?part=1', '?part=x.1', '?part=1.2.3', '?part='])('are not listed for a wrong query: %s', async (query) => {
    const response = await get(`/segments/${stream.streamId}${query}`)
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: 'The parameter “part” does not name a part.' },
    ])
  })

  it.each(['', '5-4', '-5', 'a-b', '1-2,4-5'])('are not sent if the range has a wrong form: %s', async (range) => {
    expect((await bytesOf(0, range)).status).toBe(400)
  })
})

describe('pieces', () => {
  const piecesOf = (sequenceNumber: bigint, length: number, pieces: readonly { index: number; offset: number }[]) => {
    const { signal } = new AbortController()
    const from = { uri: relay.url, fetch }
    return Relay.pieces(from, { streamId: stream.streamId, sequenceNumber, length, pieces, signal })
  }

  it('of a part and of the whole segment come with their proofs, also before the segment is complete', async () => {
    const sequenceNumber = 4n
    const parts = await stream.publishParts({ sequenceNumber, data, lengths })
    const place = { streamId: stream.streamId, sequenceNumber }
    const receiver = new SegmentPieces(place)
    for (const part of parts) receiver.addPart(part)
    const take = async (length: number, pieces: { index: number; offset: number }[]) => {
      const answer = (await piecesOf(sequenceNumber, length, pieces)) ?? []
      const verdicts = []
      for (const [at, piece] of answer.entries())
        verdicts.push(await receiver.add({ length, ...(pieces[at] as { index: number; offset: number }), ...piece }))
      return verdicts
    }
    expect(await take(30_000, [{ index: 1, offset: 0 }])).toEqual(['added'])
    expect(await take(10_000, [{ index: 0, offset: 0 }])).toEqual(['added'])
    expect(await take(30_000, [{ index: 0, offset: 10_000 }])).toEqual(['added'])
    expect(await piecesOf(sequenceNumber, 50_000, [{ index: 3, offset: 0 }])).toBeUndefined()
    await stream.publish({ sequenceNumber, data })
    const [segment] = (await list('?after=3')).segments
    receiver.close(segment as Publication)
    expect(
      await take(50_000, [
        { index: 1, offset: 13_616 },
        { index: 2, offset: 0 },
        { index: 3, offset: 0 },
      ]),
    ).toEqual(['added', 'added', 'added'])
    expect(receiver.isComplete).toBe(true)
    expect(receiver.read(0, data.length)).toEqual(data)
    expect(await piecesOf(sequenceNumber, 50_000, [{ index: 4, offset: 0 }])).toBeUndefined()
    expect(await piecesOf(sequenceNumber, 40_000, [{ index: 0, offset: 0 }])).toBeUndefined()
  })

  it.each(['pieces=1', 'of=x&pieces=1', 'of=50000&pieces=', 'of=50000&pieces=1,x', 'of=50000&pieces=1.2.3'])(
    'are not sent if the request has a wrong form: %s',
    async (query) => {
      expect((await get(`/segments/${stream.streamId}/0?${query}`)).status).toBe(400)
    },
  )
})

describe('HLS with parts', () => {
  const hls = (path: string) => get(`/hls/${stream.streamId}/source/${path}`)
  const text = async (path: string) => (await hls(path)).text()

  it('announces parts only if the newest segments have parts', async () => {
    await stream.publish({ sequenceNumber: 10n, data })
    expect(await text('index.m3u8')).not.toContain('PART')
    await stream.publishParts({ sequenceNumber: 11n, data, lengths })
    expect(await text('index.m3u8')).toContain(
      '#EXT-X-PART:DURATION=0.400,URI="11.1.ts"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="11.2.ts"\n',
    )
    await stream.publish({ sequenceNumber: 11n, data })
    expect(await text('index.m3u8')).toContain('#EXT-X-PART:DURATION=1.200,URI="11.2.ts"\n')
  })

  it('answers a blocking reload when the segment or the part is published', async () => {
    await stream.publish({ sequenceNumber: 20n, data })
    const whole = text('index.m3u8?_HLS_msn=21')
    const part = text('index.m3u8?_HLS_msn=21&_HLS_part=1')
    const next = text('index.m3u8?_HLS_msn=22&_HLS_part=0')
    await stream.publishParts({ sequenceNumber: 21n, data, lengths })
    expect(await part).toContain('"21.1.ts"')
    expect(await part).not.toContain('\n21.ts')
    await stream.publish({ sequenceNumber: 21n, data })
    expect(await whole).toContain('\n21.ts')
    await stream.publishParts({ sequenceNumber: 22n, data, lengths: [10_000] })
    expect(await next).toContain('"22.0.ts"')
    await stream.publish({ sequenceNumber: 22n, data })
  })

  it('serves each part, also a part that is published during the request, and the last part of a segment', async () => {
    const coming = hls('30.1.ts')
    await stream.publish({ sequenceNumber: 29n, data })
    await stream.publishParts({ sequenceNumber: 30n, data, lengths })
    expect(new Uint8Array(await (await coming).arrayBuffer())).toEqual(data.subarray(10_000, 30_000))
    await stream.publish({ sequenceNumber: 30n, data })
    const parts = await Promise.all([0, 1, 2].map(async (index) => (await hls(`30.${index}.ts`)).arrayBuffer()))
    expect(Buffer.concat(parts.map((part) => new Uint8Array(part)))).toEqual(Buffer.from(data))
    expect((await hls('30.3.ts')).status).toBe(404)
    expect((await hls('29.1.ts')).status).toBe(404)
  })

  it.each(['_HLS_msn=a', '_HLS_part=1', '_HLS_msn=1&_HLS_part=-1'])(
    'refuses a malformed blocking reload: %s',
    async (query) => {
      expect((await hls(`index.m3u8?${query}`)).status).toBe(400)
    },
  )
})
