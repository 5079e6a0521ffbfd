import { expect, test } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { acceptHeader, acceptList } from './acceptHeaders'
import * as Feed from './Feed'
import { SegmentWindow } from './SegmentWindow'

async function start() {
  const stream = new TestStream()
  const relay = { uri: 'http://relay.invalid', fetch }
  const listing = stream.listing(relay.uri)
  const [candidate] = listing.candidates
  if (!candidate) throw new TypeError('The listing has no candidate.')
  const feed = await Feed.verify(await stream.record(), { relay, candidate, listing, domain })
  if (!feed) throw new TypeError('The record names another transcoder.')
  const window = new SegmentWindow()
  const refused: unknown[] = []
  const heard: number[] = []
  const options = {
    ...{ feed, window, domain, part: undefined, refuse: (error: unknown) => refused.push(error) },
    onHeader: (header: object) => 'length' in header && heard.push(Number(header.length)),
  }
  const list = (...segments: Awaited<ReturnType<TestStream['sign']>>[]) => ({
    ...{ streamId: stream.streamId, state: 'live' as const, end: undefined, segments, parts: [] },
  })
  return { stream, relay, feed, window, refused, heard, options, list }
}

test('a header in the answer of a relay counts as accepted, also if another viewer sends it while we check the answer', async () => {
  const { stream, feed, window, refused, heard, options, list } = await start()
  const [first, second] = [await stream.sign(0), await stream.sign(1)]
  expect(await acceptList(list(first), { ...options, after: undefined })).toEqual({ correct: 1, isNews: true })
  const accepting = acceptList(list(second), { ...options, after: 0n })
  const { byteLength, ...segment } = second
  acceptHeader({ segment, length: 0 }, { feed, window })
  expect(await accepting).toEqual({ correct: 1, isNews: true })
  expect(refused).toEqual([])
  expect(heard).toEqual([first.byteLength, byteLength])
  expect(window.entries.map(({ publication }) => publication.byteLength)).toEqual([first.byteLength, byteLength])
})

test('an old header that a relay repeats does not count as accepted', async () => {
  const { stream, refused, options, list } = await start()
  const publication = await stream.sign(0)
  await acceptList(list(publication), { ...options, after: undefined })
  expect(await acceptList(list(publication), { ...options, after: 0n })).toEqual({ correct: 0, isNews: false })
  expect(refused).toMatchObject([{ name: 'Sequence.RepeatedError' }])
})

/** Other viewers send us the headers of the segments with these numbers, without their lengths. */
async function toldByViewers({ stream, feed, window }: Awaited<ReturnType<typeof start>>, numbers: number[]) {
  const signed = await Promise.all(numbers.map((number) => stream.sign(number)))
  for (const { byteLength, ...segment } of signed) acceptHeader({ segment, length: 0 }, { feed, window })
  return signed
}

test('the first answer of a relay gives the lengths of all segments that other viewers told us', async () => {
  const scene = await start()
  const { relay, window, options, list } = scene
  const signed = await toldByViewers(scene, [0, 1, 2, 3, 4, 5, 6, 7])
  expect(window.lastMeasured(relay.uri)).toBeUndefined()
  expect(await acceptList(list(...signed), { ...options, after: undefined })).toEqual({ correct: 8, isNews: true })
  expect(window.entries.map(({ publication }) => publication.byteLength)).toEqual(signed.map((one) => one.byteLength))
  expect(window.lastMeasured(relay.uri)).toBe(7n)
})

test('if the answer of a relay repeats only what we know, it is no news', async () => {
  const { stream, options, list } = await start()
  const publication = await stream.sign(0)
  await acceptList(list(publication), { ...options, after: undefined })
  expect(await acceptList(list(publication), { ...options, after: undefined })).toEqual({ correct: 1, isNews: false })
})

test('we ask each relay only once for the lengths of segments that it does not have', async () => {
  const scene = await start()
  const { relay, window, options, list } = scene
  const signed = await toldByViewers(scene, [0, 1, 2, 3])
  await acceptList(list(...signed.slice(2)), { ...options, after: undefined })
  expect(window.lastMeasured(relay.uri)).toBe(3n)
  expect(window.lastMeasured('http://other.invalid')).toBeUndefined()
})
