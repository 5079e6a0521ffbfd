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
  return { stream, feed, window, refused, heard, options, list }
}

test('a header in the answer of a relay counts as accepted, also if another viewer sends it while we check the answer', async () => {
  const { stream, feed, window, refused, heard, options, list } = await start()
  const [first, second] = [await stream.sign(0), await stream.sign(1)]
  expect(await acceptList(list(first), { ...options, after: undefined })).toBe(1)
  const accepting = acceptList(list(second), { ...options, after: 0n })
  const { byteLength, ...segment } = second
  acceptHeader({ segment, length: 0 }, { feed, window })
  expect(await accepting).toBe(1)
  expect(refused).toEqual([])
  expect(heard).toEqual([first.byteLength, byteLength])
  expect(window.entries.map(({ publication }) => publication.byteLength)).toEqual([first.byteLength, byteLength])
})

test('an old header that a relay repeats does not count as accepted', async () => {
  const { stream, refused, options, list } = await start()
  const publication = await stream.sign(0)
  expect(await acceptList(list(publication), { ...options, after: undefined })).toBe(1)
  expect(await acceptList(list(publication), { ...options, after: 0n })).toBe(0)
  expect(refused).toMatchObject([{ name: 'Sequence.RepeatedError' }])
})
