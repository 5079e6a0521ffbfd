import { Hello, PieceTree, type Segment, StreamId } from '@lp/contracts/protocol'
import { afterAll, test as base, describe, expect } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { greet } from '../mesh/greet'
import type { Peer } from '../mesh/Peer'
import type { Transport } from '../mesh/Transport'
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
  for (const viewer of viewers) await viewer.join(() => createNodeTransport(webRtc))
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

type Lie = (peer: Peer, segment: Segment.Segment) => void

/** A peer in the viewers' mesh that answers the header of each segment with `lie`. */
function pollute({ streamId }: TestStream, relayUri: string, lie: Lie) {
  const transport: Transport = createNodeTransport(webRtc)
  const room = transport.join({
    infoHash: StreamId.infoHash(streamId),
    trackers: [`${relayUri.replace('http', 'ws')}/announce`],
    announceIntervalMs: { searching: 300, satisfied: 1_000 },
  })
  room.on('channel', async (channel) => {
    const recover = (hello: Hello.Hello, signature: `0x${string}`) => Hello.recover(hello, signature, domain)
    const peer = await greet(channel, { streamId, role: 'viewer', capabilities: ['pieces'], recover })
    peer.send({ type: 'follow', levels: [{ streamId, stripes: 0 }], weight: 1 })
    peer.on('message', (message) => {
      if (message.type === 'news' && 'segment' in message.header) lie(peer, message.header.segment)
    })
  })
  return room
}

/** Pushes the first piece of the segment, with these bytes and with the path of the true piece. */
async function push(peer: Peer, { streamId, sequenceNumber }: Segment.Segment, data: Uint8Array) {
  const growing = await PieceTree.grow()
  growing.append(payload(Number(sequenceNumber)))
  const path = await PieceTree.prove(growing.roots(), 0)
  const piece = { streamId, sequenceNumber, length: bytes, index: 0, offset: 0 }
  peer.send({ type: 'piece', requestId: 0, ...piece, path, data: data.subarray(0, PieceTree.pieceBytes) })
}

describe('viewers that are connected to each other', () => {
  test('get more than two fifths of all bytes from each other', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { relay, viewers } = await joinedViewers(3, stream, { serve, watch })
    await playAll(viewers, stream, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const seen = viewers.map((viewer) => viewer.getSnapshot())
    const total = (key: 'bytesFromPeers' | 'bytesFromRelays' | 'bytesToPeers') =>
      seen.reduce((sum, snapshot) => sum + snapshot[key], 0)
    // On a busy machine, a viewer can also ask a second source, and both sources answer.
    expect(total('bytesFromPeers') + total('bytesFromRelays')).toBeGreaterThanOrEqual(3 * 10 * bytes)
    expect(total('bytesFromPeers') / (3 * 10 * bytes)).toBeGreaterThan(0.4)
    // A viewer also counts the bytes that it sent when another source was faster.
    expect(total('bytesToPeers')).toBeGreaterThanOrEqual(total('bytesFromPeers'))
    expect(relay.asked.filter((path) => path.includes('pieces=')).length).toBeGreaterThan(0)
    expect(seen.map(({ refused }) => refused)).toEqual([{}, {}, {}])
  })

  test('keep their peers when they change the quality', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(2, stream, { serve, watch })
    const [ours, theirs] = viewers as [Viewer, Viewer]
    await stream.publish(0, { index: 0, payload: payload(100) })
    // A piece comes from the peer if, before we ask the relay, the peer says that it holds the piece.
    for (let number = 1; ours.getSnapshot().bytesFromPeers === 0; number++) {
      await stream.publish(number, { index: 0, payload: payload(100 + number) })
      await play(theirs, number, '360p')
      const data = await play(ours, number, '360p')
      expect(Buffer.from(data).equals(payload(100 + number))).toBe(true)
    }
    expect(ours.getSnapshot()).toMatchObject({ peers: 1 })
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
    // A hash decides which of the two viewers fetches a piece from the relay.
    let next = 1
    while (ours.getSnapshot().bytesFromPeers === 0) await playAll(viewers, stream, [next++])
    const { bytesFromPeers } = ours.getSnapshot()
    ours.leave()
    await playAll([ours], stream, [next])
    expect(ours.getSnapshot()).toMatchObject({ bytesFromPeers, peers: 0 })
    await ours.join(() => createNodeTransport(webRtc))
    await until(ours, ({ peers }) => peers === 1)
  })
})

describe('a viewer that does not upload', () => {
  test('plays with bytes of other viewers and sends none, also after it has left and joined again', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(3, stream, { serve, watch })
    const [ours] = viewers as [Viewer]
    ours.limitUploads(0)
    ours.leave()
    await ours.join(() => createNodeTransport(webRtc))
    await until(ours, ({ peers }) => peers === 2)
    await playAll(viewers, stream, [1, 2, 3, 4, 5, 6])
    const { bytesFromPeers, bytesToPeers, neighbours } = ours.getSnapshot()
    expect(bytesFromPeers).toBeGreaterThan(3 * bytes)
    expect(bytesToPeers).toBe(0)
    expect(neighbours.map(({ isRelay, bytesTo }) => [isRelay, bytesTo])).toEqual([
      [false, 0],
      [false, 0],
    ])
    expect(neighbours.reduce((sum, { bytesFrom }) => sum + bytesFrom, 0)).toBeGreaterThanOrEqual(bytesFromPeers)
  })

  test('gets each part of the open segment in time while it stops uploads, leaves, joins again, and uploads again', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const { viewers } = await joinedViewers(2, stream, { serve, watch })
    const [ours] = viewers as [Viewer]
    const changes = [
      () => ours.limitUploads(0),
      () => ours.leave(),
      () => ours.join(() => createNodeTransport(webRtc)),
      () => ours.limitUploads(Number.POSITIVE_INFINITY),
    ]
    const startTimeMs = Date.now()
    const partBytes = bytes / 5
    const publish = (index: number) =>
      stream.publishPart(1, {
        ...{ startTimeMs, durationMs: 400 * (index + 1) },
        bytes: payload(1).subarray(0, partBytes * (index + 1)),
      })
    await publish(0)
    const chunks = await Promise.all(
      viewers.map(async (viewer) => {
        await viewer.news({ level: 'source', after: 0n, signal })
        return viewer.read({ level: 'source', sequenceNumber: 1n, spareMs, signal })?.chunks()
      }),
    )
    for (let index = 0; index < 4; index++) {
      if (index > 0) await publish(index)
      const publishedMs = performance.now()
      for (const reading of chunks)
        for (let read = 0; read < partBytes; ) read += (await reading?.next())?.value?.length ?? Number.NaN
      expect(performance.now() - publishedMs).toBeLessThan(spareMs)
      await changes[index]?.()
    }
  })
})

describe('a hostile peer', () => {
  test.for<[string, string, Lie]>([
    [
      'flips a byte',
      'PieceIntake.WrongPieceError',
      (peer, segment) => void push(peer, segment, payload(Number(segment.sequenceNumber)).fill(9, 99, 100)),
    ],
    [
      'forges the header',
      'Segment.WrongSignerError',
      (peer, segment) => {
        const forged = { ...segment, dataHash: `0x${'66'.repeat(32)}` as const }
        peer.send({ type: 'news', header: { segment: forged, length: bytes } })
      },
    ],
    [
      'sends an old payload with the new header',
      'PieceIntake.WrongPieceError',
      (peer, segment) => void push(peer, segment, payload(0)),
    ],
  ])(
    'that %s: the viewers continue to play, ban the peer, and count the fault',
    async ([, name, lie], { serve, watch }) => {
      const stream = new TestStream()
      const { relay, viewers } = await joinedViewers(2, stream, { serve, watch })
      const room = pollute(stream, relay.uri, lie)
      await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === 2)))
      for (let number = 1; viewers.some((viewer) => !viewer.getSnapshot().refused[name]); number++)
        await playAll(viewers, stream, [number])
      for (const viewer of viewers) expect(viewer.getSnapshot()).toMatchObject({ refused: { [name]: 1 }, peers: 1 })
      room.leave()
    },
  )
})
