import { Hello, StreamId } from '@lp/contracts/protocol'
import { afterAll, test as base, describe, expect } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { greet } from '../mesh/greet'
import type { Peer } from '../mesh/Peer'
import type { Transport } from '../mesh/Transport'
import * as Wire from '../mesh/wire'
import type { Publication } from '../records/Publication'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const bytes = 150_000
const payload = (number: number) => new Uint8Array(bytes).fill(number)
const spareMs = 2_000

/** Viewers that have the first header and are connected to each other. */
async function joinedViewers(count: number, stream: TestStream, { serve, watch }: Fixtures) {
  await stream.publish(0, { payload: payload(0) })
  const relay = await serve(stream)
  const viewers = Array.from({ length: count }, () => watch(stream, stream.listing(relay.uri)))
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live')))
  for (const viewer of viewers) await viewer.join(createNodeTransport(webRtc))
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === count - 1)))
  return { relay, viewers }
}

/** Waits for the segment's header and gets its payload, like a player. */
async function play(viewer: Viewer, number: number, level = 'source') {
  await viewer.news({ level, after: BigInt(number - 1), signal })
  const { data } = await viewer.payload({ level, sequenceNumber: BigInt(number), spareMs, signal })
  return data
}

/** Publishes these segments one after the other. All viewers play each of them. */
async function playAll(viewers: readonly Viewer[], stream: TestStream, numbers: readonly number[]) {
  for (const number of numbers) {
    await stream.publish(number, { payload: payload(number) })
    for (const data of await Promise.all(viewers.map((viewer) => play(viewer, number))))
      expect(Buffer.from(data).equals(payload(number))).toBe(true)
  }
}

type Lie = (peer: Peer, request: Wire.Message & { type: 'request' }) => void

/** A peer in the viewers' room that claims to hold segments 0 to 49 and answers every request with `lie`. */
function pollute(stream: TestStream, relayUri: string, lie: Lie) {
  const { streamId } = stream
  const transport: Transport = createNodeTransport(webRtc)
  const room = transport.join({
    infoHash: StreamId.infoHash(streamId),
    trackers: [`${relayUri.replace('http', 'ws')}/announce`],
    announceIntervalMs: { searching: 300, satisfied: 1_000 },
  })
  room.on('channel', async (channel) => {
    const recover = (hello: Hello.Hello, signature: `0x${string}`) => Hello.recover(hello, signature, domain)
    const peer = await greet(channel, { streamId, role: 'viewer', recover })
    peer.on('message', (message) => {
      if (message.type === 'request') lie(peer, message)
    })
    const sequenceNumbers = Array.from({ length: 50 }, (_, number) => BigInt(number))
    peer.send({ type: 'have', streamId, isWhole: true, sequenceNumbers })
  })
  return room
}

function answer(peer: Peer, { requestId }: { requestId: number }, segment: Publication, data: Uint8Array) {
  peer.send({ type: 'header', requestId, segment, length: data.length })
  for (let offset = 0; offset < data.length; offset += Wire.maxDataBytes)
    peer.send({ type: 'data', requestId, offset, data: data.slice(offset, offset + Wire.maxDataBytes) })
}

const find = (stream: TestStream, number: bigint) =>
  stream.publications().find(({ sequenceNumber }) => sequenceNumber === number) as Publication

describe('viewers who have joined each other', () => {
  test('get more than two fifths of all bytes from each other', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { relay, viewers } = await joinedViewers(3, stream, { serve, watch })
    await playAll(viewers, stream, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const seen = viewers.map((viewer) => viewer.getSnapshot())
    const total = (key: 'bytesFromPeers' | 'bytesFromRelays' | 'bytesToPeers') =>
      seen.reduce((sum, snapshot) => sum + snapshot[key], 0)
    expect(total('bytesFromPeers') + total('bytesFromRelays')).toBe(3 * 10 * bytes)
    expect(total('bytesFromPeers') / (3 * 10 * bytes)).toBeGreaterThan(0.4)
    // A viewer also counts the bytes that it sent before another source was faster.
    expect(total('bytesToPeers')).toBeGreaterThanOrEqual(total('bytesFromPeers'))
    // Near the deadline a viewer also asks the relay, and the payload may arrive from another viewer first. So the relay may get
    // more requests than the number of payloads that viewers took from it.
    const asked = relay.asked.filter((path) => path.startsWith('/payload')).length
    expect(asked).toBeGreaterThanOrEqual(total('bytesFromRelays') / bytes)
    expect(seen.map(({ refused }) => refused)).toEqual([{}, {}, {}])
  })

  test('keep their peers when they change the quality', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(2, stream, { serve, watch })
    const [ours, theirs] = viewers as [Viewer, Viewer]
    await stream.publish(0, { index: 0, payload: payload(100) })
    // Each segment comes from the peer if the peer's HAVE arrives before our own request to the relay.
    for (let number = 1; ours.getSnapshot().bytesFromPeers === 0; number++) {
      await stream.publish(number, { index: 0, payload: payload(100 + number) })
      await play(theirs, number, '360p')
      const data = await play(ours, number, '360p')
      expect(Buffer.from(data).equals(payload(100 + number))).toBe(true)
    }
    expect(ours.getSnapshot()).toMatchObject({ bytesFromPeers: bytes, peers: 1 })
  })

  test('continue to play when one viewer closes its page', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(3, stream, { serve, watch })
    await playAll(viewers, stream, [1, 2])
    const [leaving, ...staying] = viewers as [Viewer, Viewer, Viewer]
    await stream.publish(3, { payload: payload(3) })
    const playing = staying.map((viewer) => play(viewer, 3))
    leaving.close()
    await Promise.all(playing)
    await Promise.all(staying.map((viewer) => until(viewer, ({ peers }) => peers === 1)))
    await playAll(staying, stream, [4, 5, 6])
    for (const viewer of staying) expect(viewer.getSnapshot().refused).toEqual({})
  })

  test('continue to play when the tracker is down', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { relay, viewers } = await joinedViewers(3, stream, { serve, watch })
    relay.tracker.close()
    await playAll(viewers, stream, [1, 2, 3, 4])
    const seen = viewers.map((viewer) => viewer.getSnapshot())
    expect(seen.map(({ peers }) => peers)).toEqual([2, 2, 2])
    expect(seen.some(({ bytesFromPeers }) => bytesFromPeers > 0)).toBe(true)
  })

  test('keep their byte counts and continue to play after `leave`, and can join again', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(2, stream, { serve, watch })
    const [ours] = viewers as [Viewer]
    // A hash decides which of the two viewers fetches a segment from the relay.
    let next = 1
    while (ours.getSnapshot().bytesFromPeers === 0) await playAll(viewers, stream, [next++])
    const { bytesFromPeers } = ours.getSnapshot()
    ours.leave()
    await playAll([ours], stream, [next])
    expect(ours.getSnapshot()).toMatchObject({ bytesFromPeers, peers: 0 })
    await ours.join(createNodeTransport(webRtc))
    await until(ours, ({ peers }) => peers === 1)
  })
})

describe('a polluter', () => {
  test.for<[string, string, (stream: TestStream) => Lie]>([
    [
      'flips a byte',
      'Segment.WrongPayloadError',
      (stream) => (peer, request) =>
        answer(
          peer,
          request,
          find(stream, request.sequenceNumber),
          payload(Number(request.sequenceNumber)).fill(9, 99),
        ),
    ],
    [
      'forges the header',
      'Download.WrongHeaderError',
      (stream) => (peer, request) => {
        const segment = { ...find(stream, request.sequenceNumber), dataHash: `0x${'66'.repeat(32)}` as const }
        answer(peer, request, segment, payload(66))
      },
    ],
    [
      'sends an old payload with the new header',
      'Segment.WrongPayloadError',
      (stream) => (peer, request) => answer(peer, request, find(stream, request.sequenceNumber), payload(0)),
    ],
  ])(
    'that %s: the viewers continue to play, ban the polluter, and count the fault',
    async ([, name, lie], { serve, watch }) => {
      const stream = new TestStream()
      const { relay, viewers } = await joinedViewers(2, stream, { serve, watch })
      const room = pollute(stream, relay.uri, lie(stream))
      await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === 2)))
      for (let number = 1; viewers.some((viewer) => !viewer.getSnapshot().refused[name]); number++)
        await playAll(viewers, stream, [number])
      for (const viewer of viewers) expect(viewer.getSnapshot()).toMatchObject({ refused: { [name]: 1 }, peers: 1 })
      room.leave()
    },
  )
})
