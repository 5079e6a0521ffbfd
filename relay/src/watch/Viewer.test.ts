import { test as base, describe, expect } from 'vitest'
import { TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, numbers, untilState } from '../../testbeds/viewer'
import type { Listing } from './Directory'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()

describe.concurrent('Viewer', () => {
  test('finds a stream and returns verified headers and payloads', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(7)
    await stream.publish(7, { index: 0 })
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    const { levels } = await untilState(viewer, 'live')
    expect(levels.map(({ name, height, streamId }) => ({ name, height, streamId }))).toEqual([
      { name: 'source', height: 720, streamId: stream.levelId() },
      { name: '360p', height: 360, streamId: stream.levelId(0) },
    ])

    const next = viewer.news({ level: '360p', after: 7n, signal })
    await stream.publish(8, { index: 0 })
    const { entries } = await next
    expect(entries.map(({ publication }) => publication.sequenceNumber)).toEqual([7n, 8n])
    const { data } = await viewer.payload({ level: '360p', sequenceNumber: 8n, signal })
    expect(new TextDecoder().decode(data)).toBe('0 8')
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromRelays: 3, bytesFromPeers: 0, refused: {} })
  })

  test('keeps one long poll open, for the selected level', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    await stream.publish(0, { index: 0 })
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    await viewer.news({ level: '360p', signal })
    const before = relay.asked.length
    for (const number of [1, 2, 3]) {
      const news = viewer.news({ level: '360p', after: BigInt(number - 1), signal })
      await stream.publish(number)
      await stream.publish(number, { index: 0 })
      await news
    }
    const polls = relay.asked.slice(before).filter((path) => !path.includes(stream.levelId(0)))
    expect(polls).toEqual([])
  })

  test('is `not-found` without a job, and `failed` when the chain does not answer', async ({ watch }) => {
    const stream = new TestStream()
    await untilState(watch(stream, undefined), 'not-found')
    const broken = watch(stream, () => Promise.reject(new Error('fetch failed')))
    expect((await untilState(broken, 'failed')).error).toEqual(new Error('fetch failed'))
  })

  test('is `soon` while a stream that the link announces has no job, and `live` when it has started', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const relay = await serve(stream)
    let listing: Listing | undefined
    const viewer = watch(stream, async () => listing, { expectedUntilMs: Date.now() + 60_000 })
    await untilState(viewer, 'soon')
    await stream.publish(0)
    listing = stream.listing(relay.uri)
    await untilState(viewer, 'live')
  })

  test('is `not-found` when the time is over at which the link announced the stream', async ({ watch }) => {
    const viewer = watch(new TestStream(), undefined, { expectedUntilMs: Date.now() + 1_000 })
    await untilState(viewer, 'soon')
    await untilState(viewer, 'not-found')
  })

  test('is `connecting` before the first segment, and `live` after it', async ({ serve, watch }) => {
    const stream = new TestStream()
    const relay = await serve(stream, async (path, honest) =>
      stream.state === 'silent' && path.startsWith('/streams') ? { status: 404, body: '' } : honest(),
    )
    stream.state = 'silent'
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'connecting')
    stream.state = 'live'
    await stream.publish(0)
    await untilState(viewer, 'live')
  })

  test('is `ended` after the signed end of the stream, when all earlier segments have arrived', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await stream.publish(0)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const next = viewer.news({ level: 'source', after: 0n, signal })
    await stream.finish(1)
    await stream.publish(1)
    expect(await next).toMatchObject({ isOver: true })
    await untilState(viewer, 'ended')
  })

  test('is `silent` immediately when the relay calls the stream silent and the last segment of the stream is old', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await stream.publish(3, { startTimeMs: Date.now() - 60_000 })
    stream.state = 'silent'
    const relay = await serve(stream)
    await untilState(watch(stream, stream.listing(relay.uri)), 'silent')
  })

  test('is `ended` when the job is over and its transcoder does not answer', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { uri, close } = await serve(stream)
    await close()
    const listing = stream.listing(uri)
    await untilState(watch(stream, { ...listing, job: { ...listing.job, over: true } }), 'ended')
  })

  test('is `transcoder-offline` while the relay is down, and `live` when it is back', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    await relay.close()
    const waiting = viewer.news({ level: 'source', after: 0n, signal })
    await untilState(viewer, 'transcoder-offline')
    await stream.publish(1)
    await serve(stream, undefined, Number(new URL(relay.uri).port))
    await waiting
    await untilState(viewer, 'live')
    expect(numbers(viewer)).toEqual([0, 1])
  })

  /** The same stream, from segment 1 on, with another transcoder. */
  const successorOf = ({ origin, streamId, jobId }: TestStream) =>
    Object.assign(new TestStream(), { origin, streamId, jobId, fromSequence: 1n })

  test('follows a handover to the later Assignment, and marks the handover', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    await stream.publish(0, { index: 0 })
    const first = await serve(stream)
    const successor = successorOf(stream)
    let isReady = false
    const second = await serve(successor, async (_, honest) => (isReady ? honest() : { status: 404, body: '' }))
    const listing = stream.listing(first.uri)
    listing.candidates = [...listing.candidates, ...successor.listing(second.uri).candidates]
    const viewer = watch(stream, listing)
    await untilState(viewer, 'live')
    await viewer.news({ level: '360p', signal })
    const next = viewer.news({ level: '360p', after: 0n, signal })
    isReady = true
    await first.close()
    await successor.publish(1)
    await successor.publish(0, { index: 0 })
    await successor.publish(1, { index: 0 })
    expect(await next).toMatchObject({ handovers: [1n], isOver: false })
    expect(numbers(viewer, '360p')).toEqual([0, 1])
  })

  test('if it already knows segments after a handover, marks the handover after these segments, because a player cannot replace them', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    for (const number of [0, 1, 2]) await stream.publish(number)
    const first = await serve(stream)
    const successor = successorOf(stream)
    let isReady = false
    const second = await serve(successor, async (_, honest) => (isReady ? honest() : { status: 404, body: '' }))
    const listing = stream.listing(first.uri)
    listing.candidates = [...listing.candidates, ...successor.listing(second.uri).candidates]
    const viewer = watch(stream, listing)
    await untilState(viewer, 'live')
    expect(await viewer.news({ level: 'source', signal })).toMatchObject({ handovers: [] })
    const next = viewer.news({ level: 'source', after: 2n, signal })
    isReady = true
    await first.close()
    await successor.publish(3)
    expect(await next).toMatchObject({ handovers: [3n] })
    expect(numbers(viewer)).toEqual([0, 1, 2, 3])
  })

  test('rejects pending calls when it is closed', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const news = viewer.news({ level: 'source', after: 0n, signal })
    viewer.close()
    await expect(news).rejects.toMatchObject({ name: 'Viewer.ClosedError' })
  })
})
