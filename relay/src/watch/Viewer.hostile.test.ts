import { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { test as base, describe, expect } from 'vitest'
import { newKey, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, type Liar, numbers, until, untilRefused, untilState } from '../../testbeds/viewer'
import * as json from '../records/json'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()

describe.concurrent('Viewer against a hostile relay', () => {
  const bytesAt = (hash: Hex) => `/payload/${hash}`

  test('refuses a payload with a flipped byte and gets the correct payload from the next candidate', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const { dataHash } = await stream.publish(0)
    const flip: Liar = async (path, honest) => {
      const answer = await honest()
      if (path !== bytesAt(dataHash)) return answer
      return { ...answer, body: Uint8Array.from(answer.body as Uint8Array, (byte, index) => (index ? byte : byte ^ 1)) }
    }
    const liar = await serve(stream, flip)
    const honest = await serve(stream)
    const viewer = watch(stream, stream.listing(liar.uri))
    await untilState(viewer, 'live')
    const fromLiar = viewer.payload({ level: 'source', sequenceNumber: 0n, signal })
    await expect(fromLiar).rejects.toMatchObject({ name: 'Segment.WrongPayloadError' })
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromRelays: 0, refused: { 'Segment.WrongPayloadError': 1 } })

    const withSecond = watch(stream, stream.listing(liar.uri, honest.uri))
    await untilState(withSecond, 'live')
    const { data } = await withSecond.payload({ level: 'source', sequenceNumber: 0n, signal })
    expect(new TextDecoder().decode(data)).toBe('source 0')
  })

  test('refuses headers that the stream key did not sign, and accepts the valid headers in the same answer', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    await stream.publish(0)
    await stream.publish(1, { by: newKey() })
    await stream.publish(2)
    const relay = await serve(stream)
    const viewer = watch(stream, stream.listing(relay.uri))
    const { refused } = await untilState(viewer, 'live')
    expect(refused).toEqual({ 'Segment.WrongSignerError': 1 })
    expect(numbers(viewer)).toEqual([0, 2])
  })

  test('keeps the first of two different headers with the same sequence number', async ({ serve, watch }) => {
    const stream = new TestStream()
    const first = await stream.publish(5)
    const rewritten = await stream.sign(5, { payload: new Uint8Array([1]) })
    const relay = await serve(stream, async (path, honest) => {
      if (!path.includes('after=5')) return honest()
      return {
        status: 200,
        body: json.encode({ streamId: stream.streamId, segments: [rewritten], state: 'live', end: undefined }),
      }
    })
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilRefused(viewer, 'SegmentWindow.RewrittenError')
    expect(viewer.entries('source').map(({ publication }) => publication.dataHash)).toEqual([first.dataHash])
  })

  test('refuses a repeated sequence number, and a sequence number that is too far ahead', async ({ serve, watch }) => {
    const stream = new TestStream()
    const first = await stream.publish(5)
    const far = await stream.sign(5 + 31 + 15)
    const lies = [[first], [far]]
    const relay = await serve(stream, async (path, honest) => {
      const segments = path.includes('after=5') && lies.shift()
      if (!segments) return honest()
      return { status: 200, body: json.encode({ streamId: stream.streamId, segments, state: 'live', end: undefined }) }
    })
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilRefused(viewer, 'Sequence.RepeatedError')
    await untilRefused(viewer, 'Sequence.TooFarAheadError')
    await stream.publish(6)
    await until(viewer, () => numbers(viewer).includes(6))
    expect(numbers(viewer)).toEqual([5, 6])
  })

  test.for([
    [
      'other options',
      'Feed.WrongOptionsError',
      { options: { width: 640, height: 480, fps: 30, renditions: [{ height: 360, bitrate: 60_000 }] } },
    ],
    ['another job', 'Feed.ForeignJobError', { jobId: `0x${'11'.repeat(32)}` }],
    ['an Assignment that another key signed', 'Assignment.WrongSignerError', { origin: newKey() }],
    ['a transcoder that was not drawn', 'Feed.NotDrawnError', { transcoder: newKey() }],
  ] as const)('refuses a record with %s', async ([, name, lie], { serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    const listing = stream.listing((await serve(stream)).uri)
    Object.assign(stream, lie)
    const viewer = watch(stream, listing)
    await untilRefused(viewer, name)
    expect(viewer.getSnapshot()).toMatchObject({ state: 'connecting', levels: [] })
  })

  test('refuses an acceptance that names another rendition key, and an acceptance that the transcoder did not sign', async ({
    serve,
    watch,
  }) => {
    const stream = new TestStream()
    const honest = await stream.record()
    stream.renditionKey = newKey()
    const forged = { ...(await stream.record()), acceptance: honest.acceptance }
    const relay = await serve(stream, async () => ({ status: 200, body: json.encode(forged) }))
    await untilRefused(watch(stream, stream.listing(relay.uri)), 'Feed.MismatchError')
    forged.acceptance = { ...forged.acceptance, renditionKey: stream.renditionKey.address }
    await untilRefused(watch(stream, stream.listing(relay.uri)), 'Acceptance.WrongSignerError')
  })

  test('refuses an answer that is too large', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { dataHash } = await stream.publish(0)
    const relay = await serve(stream, async (path, honest) =>
      path === bytesAt(dataHash) ? { status: 200, body: new Uint8Array(Segment.maxPayloadBytes + 1) } : honest(),
    )
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    const payload = viewer.payload({ level: 'source', sequenceNumber: 0n, signal })
    await expect(payload).rejects.toMatchObject({ name: 'Relay.TooLargeError' })
  })

  test.for([
    ['an error', 'Relay.StatusError', { status: 500, body: 'oops' }],
    ['text that is not JSON', 'json.MalformedError', { status: 200, body: '<html>' }],
    ['JSON of another shape', 'json.MalformedError', { status: 200, body: '{"segments":[{"sequenceNumber":-1}]}' }],
  ] as const)('becomes `live` if a relay first answers with %s', async ([, name, answer], { serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    let isFaulty = true
    const relay = await serve(stream, async (_, honest) => (isFaulty ? answer : honest()))
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilRefused(viewer, name)
    isFaulty = false
    await untilState(viewer, 'live')
  })

  test('is `live` if the relay answers each long poll with 429', async ({ serve, watch }) => {
    const stream = new TestStream()
    await stream.publish(0)
    const relay = await serve(stream, async (path, honest) =>
      /waitMs=[1-9]/.test(path) ? { status: 429, body: '{}' } : honest(),
    )
    const viewer = watch(stream, stream.listing(relay.uri))
    await untilState(viewer, 'live')
    await stream.publish(1)
    await until(viewer, () => numbers(viewer).includes(1))
    expect(viewer.getSnapshot().refused).toEqual({})
  })

  test('requests the payload from the next candidate when a relay does not send it', async ({ serve, watch }) => {
    const stream = new TestStream()
    const { dataHash } = await stream.publish(0)
    const hanging = await serve(stream, async (path, honest) => (path === bytesAt(dataHash) ? undefined : honest()))
    const honest = await serve(stream)
    const viewer = watch(stream, stream.listing(hanging.uri, honest.uri))
    await untilState(viewer, 'live')
    await viewer.payload({ level: 'source', sequenceNumber: 0n, signal })
    expect(viewer.getSnapshot().refused).toEqual({ 'Relay.UnreachableError': 1 })
  })
})
