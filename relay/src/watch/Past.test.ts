import { test as base, describe, expect } from 'vitest'
import { newKey, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, untilState } from '../../testbeds/viewer'
import type { Feed } from './Feed'
import type { Past, PastRequest } from './Past'
import { PastSegments } from './PastSegments'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const startMs = Date.now() - 120_000
const during = (number: number) => startMs + 2_000 * number + 1_000

/** Publishes segments `from` to `to` of the source and of the rendition. */
async function publish(stream: TestStream, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    await stream.publish(number, { startTimeMs: startMs + 2_000 * number })
    await stream.publish(number, { startTimeMs: startMs + 2_000 * number, index: 0 })
  }
}

const numbers = async (past: Past, level: string, request: Pick<PastRequest, 'from'> & { limit?: number }) =>
  (await past.entries(level, { limit: 100, signal, ...request })).map(({ publication }) =>
    Number(publication.sequenceNumber),
  )

describe.concurrent('Past', () => {
  test('gives segments that are no longer among the newest segments, with checked signatures and payloads', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await publish(stream, 0, 40)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    expect(viewer.entries('source').at(0)?.publication.sequenceNumber).toBeGreaterThan(20n)
    expect(await numbers(viewer.past, 'source', { from: { sinceMs: during(3) }, limit: 2 })).toEqual([3, 4])
    const [entry] = await viewer.past.entries('360p', { from: { after: 4n }, limit: 1, signal })
    expect(entry?.publication.sequenceNumber).toBe(5n)
    const { data } = await viewer.past.payload(entry as never, { signal })
    expect(new TextDecoder().decode(data)).toBe('0 5')
    expect(viewer.getSnapshot().refused).toEqual({})
  })

  test('refuses a header with a wrong signature, and a payload that does not match its header', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await publish(stream, 0, 3)
    stream.add(await stream.sign(4, { by: newKey(), startTimeMs: startMs + 8_000 }))
    await publish(stream, 5, 6)
    let isLying = false
    const relay = await serve(stream, async (path, honest) =>
      isLying && path.startsWith('/payload') ? { status: 200, body: new TextEncoder().encode('other') } : honest(),
    )
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    expect(await numbers(viewer.past, 'source', { from: { sinceMs: 0 } })).toEqual([0, 1, 2, 3, 5, 6])
    expect(viewer.getSnapshot().refused['Segment.WrongSignerError']).toBeGreaterThan(0)
    isLying = true
    const [entry] = await viewer.past.entries('source', { from: { after: 0n }, limit: 1, signal })
    await expect(viewer.past.payload(entry as never, { signal })).rejects.toMatchObject({
      name: 'Segment.WrongPayloadError',
    })
  })

  test('begins with the oldest segment that the relay holds, and after a handover with the first segment of the new transcoder', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await publish(stream, 0, 9)
    for (const { dataHash } of stream.publications().slice(0, 4)) stream.payloads.delete(dataHash)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    expect(await numbers(viewer.past, 'source', { from: { sinceMs: during(1) } })).toEqual([4, 5, 6, 7, 8, 9])

    stream.fromSequence = 7n
    const late = watch(stream, stream.listing(relay.uri))
    await untilState(late, 'live')
    expect(await numbers(late.past, 'source', { from: { sinceMs: during(1) } })).toEqual([7, 8, 9])
  })

  test('is empty if the broadcaster refuses recordings, and nobody asks the relay', async ({ serve, watch }) => {
    const stream = new TestStream({ mayRecord: false })
    await publish(stream, 0, 3)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    expect(viewer.past.isAllowed).toBe(false)
    expect(await numbers(viewer.past, 'source', { from: { sinceMs: 0 } })).toEqual([])
    expect(relay.asked.filter((path) => path.includes('held='))).toEqual([])
  })

  test('knows only the newest segments if the relay is older than this question', async ({ serve, watch }) => {
    const stream = new TestStream()
    await publish(stream, 0, 40)
    const relay = await serve(stream, async (path, honest) =>
      path.includes('held=') ? stream.answer(path.replace(/held=\d+&since=\d+/, 'after=35')) : honest(),
    )
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    expect(await numbers(viewer.past, 'source', { from: { sinceMs: 0 } })).toEqual([36, 37, 38, 39, 40])
  })
})

describe.concurrent('PastSegments', () => {
  test('grows by half a minute at a time, and has one list of breaks for all levels', async ({ serve, watch }) => {
    const stream = new TestStream()
    await publish(stream, 0, 19)
    // The tab of the broadcaster has slept for a minute.
    await stream.publish(20, { startTimeMs: startMs + 100_000 })
    await stream.publish(20, { startTimeMs: startMs + 100_000, index: 0 })
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const segments = new PastSegments(viewer.past, during(2))
    const known = (level: string) =>
      segments.entries(level).map(({ publication }) => Number(publication.sequenceNumber))
    expect(await segments.more('source', { signal })).toBe(true)
    expect([known('source').at(0), known('source').at(-1), segments.breaks]).toEqual([2, 17, []])
    expect(await segments.more('source', { signal })).toBe(true)
    expect(await segments.more('source', { signal })).toBe(false)
    expect([known('source').at(-1), segments.breaks]).toEqual([20, [20n]])

    // The list of the other level begins with the picture on screen.
    await segments.more('360p', { shownMs: during(18), signal })
    expect([known('360p'), segments.breaks]).toEqual([[18, 19, 20], [20n]])
  })

  test('begins the list of a level again if the picture is later than this list', async ({ serve, watch }) => {
    const stream = new TestStream()
    await publish(stream, 0, 39)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const segments = new PastSegments(viewer.past, during(0))
    await segments.more('source', { signal })
    await segments.more('source', { shownMs: during(30), signal })
    expect(segments.entries('source').at(0)?.publication.sequenceNumber).toBe(30n)
  })

  test('plays the segments of the previous transcoder to their end, and goes on with those of the next transcoder', async () => {
    const [first, second] = [{ fromSequence: 0n }, { fromSequence: 1n }] as Feed[]
    let present = first
    const asked: unknown[] = []
    const entry = (sequenceNumber: bigint, feed = first) =>
      ({ publication: { sequenceNumber, startTimeMs: sequenceNumber * 2_000n, durationMs: 2_000 }, feed }) as never
    const segments = new PastSegments(
      {
        get feed() {
          return present
        },
        async entries(_, { feed, from }) {
          asked.push([feed === first ? 'first' : 'second', 'after' in from ? from.after : 'since'])
          if (feed === first) {
            if ('after' in from) throw new Error('This relay has left.')
            return [entry(0n)]
          }
          return [entry(1n, second)]
        },
      },
      0,
    )
    await segments.more('source', { signal })
    present = second
    expect(await segments.more('source', { signal })).toBe(true)
    expect(asked).toEqual([
      ['first', 'since'],
      ['first', 0n],
      ['second', 0n],
    ])
    expect(segments.breaks).toEqual([1n])
  })
})
