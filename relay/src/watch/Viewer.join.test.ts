import { afterAll, test as base, describe, expect } from 'vitest'
import { TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import type { Listing } from './Directory'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const bytes = 150_000
const parts = 5
const payload = (number: number) => new Uint8Array(bytes).fill(number)
const level = 'source'
const startTimeMs = Date.now()

/** Publishes these parts of a segment. */
async function publishParts(stream: TestStream, number: number, indexes: readonly number[]) {
  for (const index of indexes)
    await stream.publishPart(number, {
      ...{ startTimeMs, durationMs: 400 * (index + 1) },
      bytes: payload(number).subarray(0, (bytes / parts) * (index + 1)),
    })
}

/** Waits for the segment's header and gets its payload, like a player. */
async function play(viewer: Viewer, number: number, spareMs: number) {
  await viewer.news({ level, after: BigInt(number - 1), signal })
  const { data } = await viewer.payload({ level, sequenceNumber: BigInt(number), spareMs, signal })
  expect(Buffer.from(data).equals(payload(number))).toBe(true)
}

/** Reads the open segment. */
async function read(viewer: Viewer, number: number, spareMs: number) {
  await viewer.news({ level, after: BigInt(number - 1), signal })
  const chunks = viewer.read({ level, sequenceNumber: BigInt(number), spareMs, signal })?.chunks()
  if (!chunks) throw new TypeError('The segment is not open.')
  let read = 0
  return {
    /** Waits until at least `length` bytes have come, and checks them. */
    async take(length: number) {
      while (read < length) {
        const { value } = await chunks.next()
        expect(value?.every((byte: number) => byte === number)).toBe(true)
        read += value?.length ?? Number.NaN
      }
    },
  }
}

/** The chain answers only after a moment. */
const slowly = (listing: Listing) => () =>
  new Promise<Listing>((resolve) => {
    setTimeout(resolve, 200, listing)
  })

/** A stream with two viewers in its room that have played segments 0 and 1. */
async function startRoom({ serve, watch }: Fixtures, lie?: Parameters<Fixtures['serve']>[1]) {
  const stream = new TestStream()
  for (const number of [0, 1]) await stream.publish(number, { payload: payload(number) })
  const relay = await serve(stream, lie)
  const room = [1, 2].map(() => watch(stream, stream.listing(relay.uri)))
  await Promise.all(room.map((viewer) => viewer.join(() => createNodeTransport(webRtc))))
  await Promise.all(room.map((viewer) => until(viewer, ({ peers }) => peers === 1)))
  await Promise.all(room.map((viewer) => untilState(viewer, 'live')))
  await Promise.all(room.map((viewer) => play(viewer, 1, 2_000)))
  return { stream, relay, room }
}

describe('a new viewer', () => {
  test('joins the room before a relay has sent the record of the stream', async ({ serve, watch }) => {
    let isSilent = false
    const { stream, relay } = await startRoom({ serve, watch }, (_, honest) =>
      isSilent ? Promise.resolve(undefined) : honest(),
    )
    isSilent = true
    const viewer = watch(stream, slowly(stream.listing(relay.uri)))
    await viewer.join(() => createNodeTransport(webRtc))
    await until(viewer, ({ peers }) => peers === 2)
  })

  test('meets a viewer that comes after the stream has got other transcoders', async ({ serve, watch }) => {
    const { stream, relay, room } = await startRoom({ serve, watch })
    const other = await serve(stream)
    let listing = stream.listing(relay.uri)
    const old = watch(stream, () => Promise.resolve(listing))
    await old.join(() => createNodeTransport(webRtc))
    await until(old, ({ peers }) => peers === 2)
    for (const viewer of room) viewer.close()
    listing = stream.listing(other.uri)
    await relay.close()

    const late = watch(stream, listing)
    await late.join(() => createNodeTransport(webRtc))
    await until(late, ({ peers }) => peers === 1)
    await until(old, ({ peers }) => peers === 1)
  })

  test('gets the first segment from a relay, and the open segment from other viewers', async ({ serve, watch }) => {
    const { stream, relay, room } = await startRoom({ serve, watch })
    await publishParts(stream, 2, [0, 1, 2, 3, 4])
    const readings = await Promise.all(room.map((viewer) => read(viewer, 2, 2_000)))
    await Promise.all(readings.map(({ take }) => take(bytes)))

    const viewer = watch(stream, slowly(stream.listing(relay.uri)))
    const joining = viewer.join(() => createNodeTransport(webRtc))
    await untilState(viewer, 'live')
    // The picture waits for this segment.
    await play(viewer, 1, 0)
    await joining
    await until(viewer, ({ peers }) => peers === 2)
    const { bytesFromRelays } = viewer.getSnapshot()
    const isMedia = (path: string) => /\/payload\/|[?&](bytes|pieces)=/.test(path)
    const asked = relay.asked.filter(isMedia).length

    await (await read(viewer, 2, 10_000)).take(bytes)
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromRelays, refused: {} })
    expect(viewer.getSnapshot().bytesFromPeers).toBeGreaterThanOrEqual(bytes)
    expect(relay.asked.filter(isMedia)).toHaveLength(asked)
  })

  test('that joins in the middle of a segment gets the rest of this segment from other viewers', async ({
    serve,
    watch,
  }) => {
    let isCut = false
    const { stream, relay, room } = await startRoom({ serve, watch }, (path, honest) =>
      isCut && /[?&](bytes|pieces)=/.test(path) ? Promise.resolve({ status: 503, body: '' }) : honest(),
    )
    await publishParts(stream, 2, [0])
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const reading = await read(viewer, 2, 2_000)
    await reading.take(bytes / parts)
    await viewer.join(() => createNodeTransport(webRtc))
    await until(viewer, ({ peers }) => peers === 2)

    await publishParts(stream, 2, [1, 2, 3, 4])
    const readings = await Promise.all(room.map((other) => read(other, 2, 2_000)))
    await Promise.all(readings.map(({ take }) => take(bytes)))
    isCut = true
    await reading.take(bytes)
    expect(viewer.getSnapshot().bytesFromPeers).toBeGreaterThan(0)
  })
})
