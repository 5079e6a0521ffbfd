import { afterAll, test as base, describe, expect } from 'vitest'
import { listenForCalls } from '../../testbeds/listenForCalls'
import { joinMember } from '../../testbeds/member'
import { newKey, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, trackerOf, until, untilRefused, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startTracker, startWebRtc } from '../../testbeds/wrtc'
import type { StreamState } from './streamState'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const payload = (number: number) => new Uint8Array(150_000).fill(number)

/** Waits for the segment's header and gets its payload, like a player. */
async function play(viewer: Viewer, number: number) {
  await viewer.news({ level: 'source', after: BigInt(number - 1), signal })
  const { data } = await viewer.payload({ level: 'source', sequenceNumber: BigInt(number), spareMs: 2_000, signal })
  expect(Buffer.from(data).equals(payload(number))).toBe(true)
}

/** Starts two viewers that play, and a member that holds the segments. Then closes the HTTP server, which also has the tracker. */
async function playWithoutRelay(stream: TestStream, { serve, watch }: Fixtures) {
  await stream.publish(0, { payload: payload(0) })
  const relay = await serve(stream)
  const viewers = [1, 2].map(() => watch(stream, stream.listing(relay.uri)))
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live')))
  const member = joinMember(stream, { tracker: trackerOf(relay), webRtc })
  for (const viewer of viewers) await viewer.join(() => createNodeTransport(webRtc))
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === 1)))
  while (member.mesh.stats.peers < 2) await member.mesh.next('change')
  await member.offer(await stream.publish(1, { payload: payload(1) }))
  await Promise.all(viewers.map((viewer) => play(viewer, 1)))
  await relay.close()
  return { relay, viewers, member }
}

/** All states of the viewer from now on, without repetitions. */
function statesOf(viewer: Viewer): StreamState[] {
  const states = [viewer.getSnapshot().state]
  viewer.subscribe(() => {
    const { state } = viewer.getSnapshot()
    if (state !== states.at(-1)) states.push(state)
  })
  return states
}

describe('viewers whose relay and tracker are closed in the middle of the stream', () => {
  test('play all later segments, and see the signed end of the stream', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers, member } = await playWithoutRelay(stream, { serve, watch })
    const states = viewers.map(statesOf)
    for (let number = 2; number <= 6; number++) {
      // Together these pauses are longer than the time after which a viewer calls the transcoder offline.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      await member.offer(await stream.sign(number, { payload: payload(number) }))
      await Promise.all(viewers.map((viewer) => play(viewer, number)))
    }
    expect(states).toEqual([['live'], ['live']])
    await stream.finish(6)
    member.tell(await stream.record())
    await Promise.all(viewers.map((viewer) => untilState(viewer, 'ended')))
    member.mesh.leave()
  })

  test('follow a handover that another member of the mesh tells them', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { viewers, member } = await playWithoutRelay(stream, { serve, watch })
    const before = viewers.map((viewer) => viewer.getSnapshot().levels[1]?.streamId)
    stream.renditionKey = newKey()
    stream.fromSequence = 2n
    member.tell(await stream.record())
    const isNew = (viewer: Viewer) => until(viewer, ({ levels }) => levels[1]?.streamId === stream.levelId(0))
    await Promise.all(viewers.map(isNew))
    expect(before).not.toContain(stream.levelId(0))
    await member.offer(await stream.sign(2, { payload: payload(2) }))
    await Promise.all(viewers.map((viewer) => play(viewer, 2)))
    member.mesh.leave()
  })

  test('refuse a record whose Assignment the stream key has not signed, and continue to play', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const { viewers, member } = await playWithoutRelay(stream, { serve, watch })
    const record = await stream.record()
    const forged = { ...record, assignment: { ...record.assignment, fromSequence: 2n } }
    member.tell(forged)
    await Promise.all(
      viewers.map((viewer) => until(viewer, ({ refused }) => (refused['Assignment.WrongSignerError'] ?? 0) > 0)),
    )
    await member.offer(await stream.sign(2, { payload: payload(2) }))
    await Promise.all(viewers.map((viewer) => play(viewer, 2)))
    // A record that arrives during the check of another record is checked afterwards.
    await stream.finish(2)
    for (const next of [forged, await stream.record(), forged]) member.tell(next)
    await Promise.all(viewers.map((viewer) => untilState(viewer, 'ended')))
    member.mesh.leave()
  })
})

describe('a viewer that learns of a handover from another viewer', () => {
  test('asks a relay for the record of the stream, because some fields of a record have no signature', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await stream.publish(0, { payload: payload(0) })
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    await viewer.join(() => createNodeTransport(webRtc))
    const member = joinMember(stream, { tracker: trackerOf(relay), webRtc })
    while (member.mesh.stats.peers < 1) await member.mesh.next('change')
    stream.renditionKey = newKey()
    stream.fromSequence = 1n
    member.tell({ ...(await stream.record()), renditions: [] })
    await until(viewer, ({ levels }) => levels.length === 1)
    const toldAtMs = performance.now()
    await stream.publish(1)
    await until(viewer, ({ levels }) => levels[1]?.streamId === stream.levelId(0))
    // A viewer with a feed from a relay asks the relays again only after 5 s without new segments.
    expect(performance.now() - toldAtMs).toBeLessThan(4_000)
    member.mesh.leave()
  })
})

describe('a viewer that comes when no relay answers', () => {
  test('finds the stream through the record of another viewer, and plays from the newest segments', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    for (const number of [0, 1]) await stream.publish(number, { payload: payload(number) })
    let isDown = false
    const relay = await serve(stream, (_, honest) => (isDown ? Promise.resolve({ status: 503, body: '' }) : honest()))
    const first = watch(stream, stream.listing(relay.uri))
    await untilState(first, 'live')
    await first.join(() => createNodeTransport(webRtc))
    await Promise.all([play(first, 0), play(first, 1)])
    isDown = true
    const second = watch(stream, stream.listing(relay.uri))
    await untilRefused(second, 'Relay.StatusError')
    await second.join(() => createNodeTransport(webRtc))
    await until(second, ({ levels }) => levels.length === 2)
    const { entries } = await second.news({ level: 'source', signal })
    expect(entries.map(({ publication }) => publication.sequenceNumber)).toEqual([0n, 1n])
    expect(second.getSnapshot().state).toBe('live')
    await play(second, 1)
    expect(second.getSnapshot().bytesFromPeers).toBe(150_000)
  })

  test.for(['relay', 'tracker'] as const)(
    'finds the stream through a %s that only the share link names',
    async (way, { watch }) => {
      const stream = new TestStream()
      const [{ calls, address, ...port }, tracker] = await Promise.all([listenForCalls({ webRtc }), startTracker()])
      const member = joinMember(stream, { tracker: tracker.url, webRtc, listener: calls })
      for (const number of [0, 1]) await member.offer(await stream.sign(number, { payload: payload(number) }))
      member.tell(await stream.record())
      const hints = { relays: way === 'relay' ? [address] : [], trackers: way === 'tracker' ? [tracker.url] : [] }
      // No server has this address.
      const viewer = watch(stream, stream.listing('http://127.0.0.1:1'), { hints })
      await until(viewer, ({ isAlone }) => isAlone)
      await viewer.join(() => createNodeTransport(webRtc))
      // A page plays only a stream that is live.
      await untilState(viewer, 'live')
      await play(viewer, 1)
      expect(viewer.getSnapshot()).toMatchObject({ state: 'live', bytesFromRelays: 150_000 })
      member.mesh.leave()
      await Promise.all([port.close(), tracker.close()])
    },
  )
})
