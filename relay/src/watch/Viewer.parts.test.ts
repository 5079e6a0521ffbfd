import { afterAll, test as base, describe, expect } from 'vitest'
import { domain, newKey, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, numbers, until, untilRefused, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const bytesPerPart = 30_000
const payload = Uint8Array.from({ length: 5 * bytesPerPart }, (_, index) => (index * index) % 251)
const startTimeMs = Date.now()

/** Publishes part `index` of segment `sequenceNumber`. `index` counts from 0. */
const publishPart = (stream: TestStream, sequenceNumber: number, index: number) =>
  stream.publishPart(sequenceNumber, {
    ...{ startTimeMs, durationMs: 400 * (index + 1) },
    bytes: payload.subarray(0, bytesPerPart * (index + 1)),
  })
const publish = (stream: TestStream, sequenceNumber: number) => stream.publish(sequenceNumber, { payload, startTimeMs })

/** Waits until segment 1 is open, and begins to read it. */
async function open(viewer: Viewer) {
  const { open } = await viewer.news({ level: 'source', after: 0n, signal })
  expect(open).toMatchObject({ sequenceNumber: 1n })
  const reading = viewer.read({ level: 'source', sequenceNumber: 1n, spareMs: 1_000, signal })
  if (!reading) throw new TypeError('The segment is not open.')
  const chunks = reading.chunks()
  const bytes: number[] = []
  return {
    transfer: reading.transfer,
    /** Waits until at least `length` bytes have arrived, or until the reading has ended. Returns all bytes so far. */
    async take(length = Number.POSITIVE_INFINITY) {
      while (bytes.length < length) {
        const { done, value } = await chunks.next()
        if (done) break
        bytes.push(...value)
      }
      return Uint8Array.from(bytes)
    },
  }
}

/** A viewer of a stream with segment 0. */
async function start({ serve, watch }: Fixtures, lie?: Parameters<Fixtures['serve']>[1]) {
  const stream = new TestStream()
  await publish(stream, 0)
  const relay = await serve(stream, lie)
  const viewer = watch(stream, stream.listing(relay.uri))
  await untilState(viewer, 'live')
  return { stream, relay, viewer }
}

describe('a viewer of a stream with parts', () => {
  test('reads a segment while it grows, and gets each byte once', async ({ serve, watch }) => {
    const { stream, relay, viewer } = await start({ serve, watch })
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    expect(await reading.take(bytesPerPart)).toEqual(payload.subarray(0, bytesPerPart))
    await publishPart(stream, 1, 1)
    expect(await reading.take(2 * bytesPerPart)).toEqual(payload.subarray(0, 2 * bytesPerPart))
    await publish(stream, 1)
    expect(await reading.take()).toEqual(payload)
    expect(numbers(viewer)).toEqual([0, 1])
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromRelays: payload.length, refused: {} })
    expect(reading.transfer.loadedBytes).toBe(payload.length)
    expect(relay.asked.filter((path) => path.startsWith('/payload'))).toEqual([])
  })

  test('does not count the wait for the next part as time in which the line is busy', async ({ serve, watch }) => {
    const { stream, viewer } = await start({ serve, watch })
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    await reading.take(bytesPerPart)
    const { busyMs } = reading.transfer
    const rest = reading.take()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(reading.transfer.busyMs).toBe(busyMs)
    await publish(stream, 1)
    await rest
  })

  test('which is patient, gets only whole segments and asks for no parts', async ({ serve, watch }) => {
    const stream = new TestStream()
    await publish(stream, 0)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    viewer.bePatient(true)
    await untilState(viewer, 'live')
    const next = viewer.news({ level: 'source', after: 0n, signal })
    await publishPart(stream, 1, 0)
    await publish(stream, 1)
    expect(await next).toMatchObject({ open: undefined, hasParts: false })
    expect(viewer.entries('source').at(-1)?.publication.sequenceNumber).toBe(1n)
    const { data } = await viewer.payload({ level: 'source', sequenceNumber: 1n, signal })
    expect(data).toEqual(payload)
    expect(relay.asked.filter((path) => path.includes('part='))).toEqual([])

    viewer.bePatient(false)
    await publish(stream, 2)
    await publishPart(stream, 3, 0)
    for (let after = 1n; ; ) {
      const { open, entries } = await viewer.news({ level: 'source', after, signal })
      after = entries.at(-1)?.publication.sequenceNumber ?? after
      if (!open) continue
      expect(open.sequenceNumber).toBe(3n)
      break
    }
  })

  test('continues to read when the transcoder withdraws the parts and publishes the whole segment later', async ({
    serve,
    watch,
  }) => {
    const { stream, relay, viewer } = await start({ serve, watch })
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    await reading.take(bytesPerPart)
    stream.withdrawParts()
    await publish(stream, 1)
    expect(await reading.take()).toEqual(payload)
    expect(relay.asked.filter((path) => path.includes('bytes=')).length).toBe(2)
  })

  test('stops reading an incomplete segment when a later segment is published', async ({ serve, watch }) => {
    const { stream, viewer } = await start({ serve, watch })
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    await reading.take(bytesPerPart)
    await publish(stream, 2)
    expect((await reading.take()).length).toBe(bytesPerPart)
  })

  test('stops reading an incomplete segment when the stream ends', async ({ serve, watch }) => {
    const { stream, viewer } = await start({ serve, watch })
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    await reading.take(bytesPerPart)
    await stream.finish(0)
    expect((await reading.take()).length).toBe(bytesPerPart)
  })

  test('gets correct bytes from the next candidate when a relay changes the bytes', async ({ serve, watch }) => {
    const stream = new TestStream()
    await publish(stream, 0)
    const liar = await serve(stream, async (path, honest) => {
      const answer = await honest()
      return path.includes('bytes=') ? { ...answer, body: (answer.body as Uint8Array).map((byte) => byte ^ 1) } : answer
    })
    // The viewer follows the liar, because the honest relay does not send the record of the stream.
    const honest = await serve(stream, async (path, answer) =>
      path.startsWith('/streams') ? { status: 404, body: '' } : answer(),
    )
    const viewer = watch(stream, stream.listing(liar.uri, honest.uri))
    await untilState(viewer, 'live')
    await publishPart(stream, 1, 0)
    const reading = await open(viewer)
    expect(await reading.take(bytesPerPart)).toEqual(payload.subarray(0, bytesPerPart))
    await publish(stream, 1)
    expect(await reading.take()).toEqual(payload)
    expect(viewer.getSnapshot().refused).toEqual({ 'Segment.WrongPayloadError': 2 })
  })

  test('refuses a part that another key signed', async ({ serve, watch }) => {
    const { stream, viewer } = await start({ serve, watch })
    await stream.publishPart(1, { bytes: payload, durationMs: 400, startTimeMs, by: newKey() })
    await untilRefused(viewer, 'Segment.WrongSignerError')
    expect(viewer.read({ level: 'source', sequenceNumber: 1n, spareMs: 0, signal })).toBeUndefined()
  })
})

test('of four viewers, only some ask the relay for each part, and all four get each part', async ({ serve, watch }) => {
  const { stream, relay, viewer } = await start({ serve, watch })
  const viewers = [viewer, ...Array.from({ length: 3 }, () => watch(stream, stream.listing(relay.uri)))]
  await Promise.all(viewers.map((each) => untilState(each, 'live')))
  for (const each of viewers) await each.join(() => createNodeTransport(webRtc))
  await Promise.all(viewers.map((each) => until(each, ({ peers }) => peers === 3)))
  await publishPart(stream, 1, 0)
  const readings = await Promise.all(viewers.map(open))
  for (let index = 1; index <= 4; index++) {
    await publishPart(stream, 1, index)
    const length = bytesPerPart * (index + 1)
    // `toEqual` would take so long that the viewers hear no part for a second. Then each viewer would ask the relay.
    for (const { take } of readings) expect(Buffer.compare(await take(length), payload.subarray(0, length))).toBe(0)
  }
  // Before the viewers have told each other which level they play, each viewer asks the relay for parts. So the test does not check the
  // requests for the first parts.
  for (const part of ['1.2', '1.3']) {
    const { length } = relay.asked.filter((path) => path.includes(`part=${part}`))
    expect(length).toBeGreaterThanOrEqual(2)
    // It is the turn of two viewers. On a busy machine, a third viewer may hear no part for a second, and then also asks.
    expect(length).toBeLessThan(4)
  }
  await publish(stream, 1)
  for (const { take } of readings) expect(await take()).toEqual(payload)
  for (const each of viewers) expect(each.getSnapshot().refused).toEqual({})
})

test('a viewer reads the open segment from another viewer when its relays stop answering', async ({ serve, watch }) => {
  const { stream, relay, viewer } = await start({ serve, watch })
  let isCut = false
  const other = new Viewer({
    ...{ streamId: stream.streamId, domain },
    directory: { find: async () => stream.listing(relay.uri) },
    fetch: (...request) => (isCut ? Promise.reject(new TypeError('The relay does not answer.')) : fetch(...request)),
  })
  await untilState(other, 'live')
  const viewers = [viewer, other]
  for (const each of viewers) await each.join(() => createNodeTransport(webRtc))
  await Promise.all(viewers.map((each) => until(each, ({ peers }) => peers === 1)))
  await publishPart(stream, 1, 0)
  const readings = await Promise.all(viewers.map(open))
  await Promise.all(readings.map(({ take }) => take(bytesPerPart)))
  isCut = true
  await publishPart(stream, 1, 1)
  await publish(stream, 1)
  for (const { take } of readings) expect(await take()).toEqual(payload)
  // The other viewer tells the next part, so the stream stays live without a relay.
  const isLive = untilState(other, 'live')
  await publishPart(stream, 2, 0)
  await isLive
  other.close()
})
