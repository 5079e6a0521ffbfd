import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { createStream } from '../../testbeds/stream'
import { decodeRecord, decodeSegmentList } from '../records/json'
import type { SegmentList } from '../records/SegmentList'
import { clientAddress } from './clientAddress'
import { createGateway } from './createGateway'
import { AnswerError, ListenError } from './serve'

let relay: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof relay.addStream>>
const data = randomBytes(200_000)

beforeAll(async () => {
  relay = await startGateway({ maxPollsPerAddress: 2 })
  stream = await relay.addStream()
  for (const sequenceNumber of [0n, 1n, 3n]) await stream.publish({ sequenceNumber, data })
})
afterAll(() => relay.stop())

const get = (path: string, init?: RequestInit) => fetch(`${relay.url}${path}`, init)
const segments = async (query: string, id: string = stream.streamId) =>
  decodeSegmentList(await (await get(`/segments/${id}${query}`)).json())
const numbers = (list: SegmentList) => list.segments.map(({ sequenceNumber }) => Number(sequenceNumber))
/** Resolves when the server holds `requests` more requests. */
const held = async (server: typeof relay.gateway.server, requests: number) => {
  for (let arrived = 0; arrived < requests; arrived += 1) await once(server, 'request')
  await new Promise(setImmediate)
}

describe('healthz, status, metrics', () => {
  it('answers /healthz while the gateway runs', async () => {
    expect(await (await get('/healthz')).text()).toBe('ok\n')
  })

  it('answers /healthz with status 503 and the reasons when the relay has problems', async () => {
    const ill = await startGateway({ problems: () => ['The chain has not answered for 61 s.', 'The disk is full.'] })
    const response = await fetch(`${ill.url}/healthz`)
    expect([response.status, await response.text()]).toEqual([
      503,
      'The chain has not answered for 61 s.\nThe disk is full.\n',
    ])
    await ill.stop()
  })

  it('says in /healthz, for every page, how large the next stream can be', async () => {
    const [transcoding, other] = [await startGateway({ capacity: () => 83_000_000.6 }), await startGateway()]
    const { headers } = await fetch(`${transcoding.url}/healthz`)
    expect(headers.get('lp-capacity')).toBe('83000000')
    expect(headers.get('access-control-expose-headers')).toContain('lp-capacity')
    expect((await fetch(`${other.url}/healthz`)).headers.has('lp-capacity')).toBe(false)
    await transcoding.stop()
    await other.stop()
  })

  it('if the stream was handed over and has no newer segments here, tells a viewer to ask another transcoder', async () => {
    const handing = await startGateway({ isHandedOver: () => true })
    const { streamId, publish } = await handing.addStream()
    await publish({ sequenceNumber: 0n, data })
    const ask = (after: number) => fetch(`${handing.url}/segments/${streamId}?after=${after}`)
    expect((await ask(-1)).status).toBe(200)
    const response = await ask(0)
    expect([response.status, (await response.json()).error]).toEqual([
      503,
      'This transcoder has handed the stream over.',
    ])
    await handing.stop()
  })

  it('serves version, roles and streams at /status', async () => {
    expect(await (await get('/status')).json()).toEqual({
      ...{ version: '0.1.0', roles: ['transcoder'], ffmpeg: { engine: 'ffmpeg 5.1', sandbox: 'none' } },
      chain: { id: 31337, jobsManager: '0x1111111111111111111111111111111111111111', block: '12' },
      streams: [{ streamId: stream.streamId, state: 'live', segments: { source: 3, '480p': 0, '240p': 0 } }],
    })
  })

  it('shows earnings, faults and file paths only to the operator', async () => {
    relay.metrics.count.claim({ state: 'paid', fees: 10n ** 18n })
    relay.metrics.count.fault({ room: 'storage', kind: 'ENOSPC' })
    const hidden = /earnings|claims|ENOSPC|\/usr\/bin|fees/
    for (const headers of [{}, { authorization: 'Bearer guess' }, { authorization: 'Basic b3BlcmF0b3I=' }])
      for (const path of ['/status', '/metrics']) {
        const answer = await get(path, { headers })
        expect(answer.status).toBe(200)
        expect(await answer.text()).not.toMatch(hidden)
      }
    const headers = { authorization: 'Bearer operator' }
    expect(await (await get('/status', { headers })).json()).toMatchObject({
      ...{ earnings: { earned: '1000' }, claims: [], faults: [{ kind: 'ENOSPC' }] },
      ffmpeg: { path: '/usr/bin/ffmpeg' },
    })
    const metrics = await (await get('/metrics', { headers })).text()
    for (const line of ['lp_fees_ether_total{state="paid"} 1', 'lp_faults_total{room="storage",kind="ENOSPC"} 1'])
      expect(metrics).toContain(`${line}\n`)
    expect(metrics).toContain('lp_streams_live 1\n')
  })

  it('serves its counters to Prometheus at /metrics', async () => {
    relay.metrics.count.segmentAccepted()
    relay.metrics.count.segmentRefused('Segment.WrongSignerError')
    relay.metrics.count.renditionPublished()
    relay.metrics.count.transcoded(0.7)
    const metrics = await (await get('/metrics')).text()
    for (const line of [
      'lp_segments_accepted_total 1',
      'lp_segments_refused_total{code="Segment.WrongSignerError"} 1',
      'lp_renditions_published_total 1',
      'lp_transcode_seconds_bucket{le="1"} 1',
      'lp_streams_live 1',
      'lp_http_requests_total{route="healthz",status="200"} 1',
    ])
      expect(metrics).toContain(`${line}\n`)
  })
})

describe('streams', () => {
  it('serves the record of a stream', async () => {
    expect(decodeRecord(await (await get(`/streams/${stream.streamId}`)).json())).toEqual(stream.record)
  })

  it('accepts a stream id in upper and lower case', async () => {
    expect((await get(`/streams/0x${stream.streamId.slice(2).toUpperCase()}`)).status).toBe(200)
  })
})

describe('segments', () => {
  it('lists the segments after a number or, without a number, the newest segments', async () => {
    expect(numbers(await segments('?after=0'))).toEqual([1, 3])
    expect(numbers(await segments('?after=-1'))).toEqual([0, 1, 3])
    expect(numbers(await segments(''))).toEqual([0, 1, 3])
    expect(numbers(await segments('?after=3&waitMs=10'))).toEqual([])
    expect(numbers(await segments('?after=18446744073709551615'))).toEqual([])
  })

  it('lists the segments of a rendition if the request names the StreamId of the rendition', async () => {
    const [rendition] = stream.record.renditions
    expect(await segments('', rendition?.streamId)).toEqual({
      ...{ streamId: rendition?.streamId, segments: [], parts: [], state: 'live', end: undefined },
    })
  })

  it('holds the request until a segment is published', async () => {
    const other = await relay.addStream()
    const arrived = held(relay.gateway.server, 1)
    const answer = get(`/segments/${other.streamId}?after=-1&waitMs=15000`)
    await arrived
    const publication = await other.publish({ sequenceNumber: 0n, data })
    const list = decodeSegmentList(await (await answer).json())
    expect(list.segments).toEqual([publication])
  })

  it('answers held requests with the signed end when the stream ends', async () => {
    const other = await relay.addStream()
    await other.publish({ sequenceNumber: 0n, data })
    const arrived = held(relay.gateway.server, 1)
    const answer = get(`/segments/${other.streamId}?after=0&waitMs=15000`)
    await arrived
    const end = await other.end(0n)
    await relay.catalogue.update(other.streamId, { end })
    expect(decodeSegmentList(await (await answer).json())).toMatchObject({ state: 'ended', end, segments: [] })
  })

  it('holds a limited number of requests of one address, answers further requests immediately, and releases a held request when its client leaves', async () => {
    const leave = new AbortController()
    const arrived = held(relay.gateway.server, 2)
    const path = `/segments/${stream.streamId}?after=3&waitMs=15000`
    const waiting = [1, 2].map(() => get(path, { signal: leave.signal }).catch(() => {}))
    await arrived
    const startMs = performance.now()
    const third = await get(path)
    expect([third.status, decodeSegmentList(await third.json()).segments]).toEqual([200, []])
    expect(performance.now() - startMs).toBeLessThan(10_000)
    leave.abort()
    await Promise.all(waiting)
    // The server detects later that the clients have left. From then on it holds a request again.
    let heldMs: number
    do {
      const askedMs = performance.now()
      await get(path.replace('15000', '200'))
      heldMs = performance.now() - askedMs
    } while (heldMs < 150)
  })

  it('counts the held requests of each client behind a trusted proxy separately', async () => {
    const behindProxy = await startGateway({ maxPollsPerAddress: 1, addressOf: clientAddress(['127.0.0.1']) })
    const { streamId, publish } = await behindProxy.addStream()
    const arrived = held(behindProxy.gateway.server, 2)
    const ask = (client: string) =>
      fetch(`${behindProxy.url}/segments/${streamId}?after=-1&waitMs=15000`, {
        headers: { 'x-forwarded-for': client },
      }).then(async (response) => numbers(decodeSegmentList(await response.json())))
    const both = Promise.all([ask('203.0.113.1'), ask('203.0.113.2')])
    await arrived
    await publish({ sequenceNumber: 0n, data })
    expect(await both).toEqual([[0], [0]])
    await behindProxy.stop()
  })
})

describe('payload', () => {
  const path = async () => `/payload/${(await stream.publication({ sequenceNumber: 0n, data })).dataHash}`

  it('serves the bytes, and allows caches to store them without a time limit', async () => {
    const response = await get(await path())
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...{ 'content-type': 'video/mp2t', 'content-length': '200000', 'accept-ranges': 'bytes' },
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(data.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
    expect(await (await get('/metrics')).text()).toMatch(/lp_payload_bytes_served_total [1-9]/)
  })

  it('serves one range of the bytes', async () => {
    const response = await get(await path(), { headers: { range: 'bytes=100-199' } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe('bytes 100-199/200000')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(data.subarray(100, 200))
  })

  it('refuses a range that contains no byte of the payload', async () => {
    const response = await get(await path(), { headers: { range: 'bytes=200000-' } })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */200000')
    expect(await response.json()).toHaveProperty(
      'nextStep',
      'The video has 200000 bytes. Ask for a range of these bytes.',
    )
  })

  it('sends no bytes that the client already has', async () => {
    const etag = (await get(await path(), { method: 'HEAD' })).headers.get('etag') ?? ''
    const response = await get(await path(), { headers: { 'if-none-match': etag } })
    expect([response.status, await response.text()]).toEqual([304, ''])
    const other = await get(await path(), { headers: { range: 'bytes=0-9', 'if-range': '"another"' } })
    expect(other.status).toBe(200)
    await other.body?.cancel()
  })

  it('answers HEAD with the length of the bytes, and without a body', async () => {
    const response = await get(await path(), { method: 'HEAD' })
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['200000', ''])
  })

  it('continues to serve when a client leaves during an answer', async () => {
    const leave = new AbortController()
    const response = await get(await path(), { signal: leave.signal })
    leave.abort()
    await expect(response.arrayBuffer()).rejects.toThrow()
    expect((await get('/healthz')).status).toBe(200)
  })
})

describe('every answer', () => {
  it('can be read by every page', async () => {
    for (const path of ['/healthz', '/nothing', `/streams/${stream.streamId}`]) {
      const { headers } = await get(path)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('timing-allow-origin')).toBe('*')
    }
    const preflight = await get('/payload/x', { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('range')
    expect(preflight.headers.get('access-control-allow-private-network')).toBe('true')
  })

  it('tells caches not to store an answer that can change', async () => {
    for (const path of ['/status', '/nothing', `/segments/${stream.streamId}`])
      expect((await get(path)).headers.get('cache-control')).toBe('no-store')
  })
})

describe('bad requests', () => {
  const nobody = createStream().streamId
  it.each<[string, number, RequestInit?]>([
    ['/', 404],
    ['/streams/0x12', 400],
    ['/streams/%2e%2e%2fetc', 400],
    [`/streams/${nobody}`, 404],
    [`/segments/${nobody}`, 404],
    [`/segments/${nobody}?after=x`, 400],
    [`/segments/${nobody}?after=-2`, 400],
    [`/segments/${nobody}?waitMs=15001`, 400],
    [`/segments/${nobody}?waitMs=-1`, 400],
    ['/payload/../../etc/passwd', 404],
    [`/payload/0x${'0'.repeat(63)}g`, 400],
    [`/payload/0x${'0'.repeat(64)}`, 404],
    [`/hls/${nobody}/master.m3u8`, 404],
    [`/hls/${nobody}/480p/index.m3u8`, 404],
    [`/hls/${nobody}/source/0.ts`, 404],
    [`/healthz?${'x'.repeat(1_100)}`, 414],
    ['/healthz', 405, { method: 'POST', body: 'x' }],
  ])('get one sentence and the next step: %s', async (path, status, init) => {
    const response = await get(path, init)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/\.$/),
      nextStep: expect.stringMatching(/\.$/),
    })
  })

  it('do not stop the server when they are not HTTP', async () => {
    const socket = connect(Number(new URL(relay.url).port), '127.0.0.1')
    socket.end('\u0016\u0003\u0001 hello\r\n\r\n')
    expect(await text(socket)).toContain('400')
    const answer = request(`${relay.url}/healthz`, { headers: { cookie: 'x'.repeat(9_000) } }).end()
    const [response] = await once(answer, 'response')
    expect(response.statusCode).toBe(431)
    response.resume()
  })

  it('get no details when the relay has a fault; the operator gets a report of the fault', async () => {
    const broken = await startGateway({ status: () => Promise.reject(new RangeError('secret')) })
    const response = await fetch(`${broken.url}/status`)
    expect([response.status, await response.text()]).toEqual([
      500,
      '{"error":"The relay failed to answer.","nextStep":"Try again in a moment."}',
    ])
    expect(broken.faults).toEqual([new AnswerError({ route: 'status', cause: new RangeError('secret') })])
    await broken.stop()
  })
})

describe('createGateway', () => {
  it('rejects with one sentence if the port is in use', async () => {
    const { catalogue, payloads, metrics } = relay
    const port = Number(new URL(relay.url).port)
    const status = () => Promise.reject(new RangeError('unused'))
    const onFault = (error: Error) => expect.unreachable(error.message)
    const second = createGateway({ catalogue, payloads, metrics, status, port, host: '127.0.0.1', onFault })
    await expect(second).rejects.toThrow(ListenError)
    await expect(second).rejects.toThrow(/^Port \d+ is in use: stop the other program, or choose another port/)
  })

  it('makes a gateway that can close while it holds requests', async () => {
    const other = await startGateway()
    const { streamId } = await other.addStream()
    const arrived = held(other.gateway.server, 1)
    const waiting = fetch(`${other.url}/segments/${streamId}?waitMs=15000`)
    const failed = expect(waiting).rejects.toThrow()
    await arrived
    await other.stop()
    await failed
  })
})
