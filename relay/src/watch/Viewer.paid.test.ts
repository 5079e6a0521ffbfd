import { afterAll, test as base, expect } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures, until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { lateFetch } from '../client/lateFetch'
import { Viewer } from './Viewer'

const test = base.extend<Pick<Fixtures, 'serve'>>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const payload = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) % 251)

/** A viewer whose payer notes how many bytes of each relay were correct. */
function watch(stream: TestStream, ...uris: string[]) {
  const checked: [string, number][] = []
  const unpaid: number[] = []
  const pay = Object.assign(globalThis.fetch.bind(globalThis), {
    checked: (uri: string, byteLength: number) => void checked.push([uri, byteLength]),
  })
  let isPaying = true
  const [listing, ...others] = uris.map((uri) => stream.listing(uri))
  if (!listing) throw new TypeError('A viewer needs a relay.')
  const candidates = [...listing.candidates, ...others.flatMap((other) => other.candidates)]
  const viewer = new Viewer({
    ...{ streamId: stream.streamId, domain, directory: { find: async () => ({ ...listing, candidates }) } },
    fetch: lateFetch({ payer: () => (isPaying ? pay : undefined), onUnpaid: ({ status }) => unpaid.push(status) }),
  })
  return { viewer, checked, unpaid, payNothing: () => (isPaying = false) }
}
const get = (viewer: Viewer, sequenceNumber = 0n) => viewer.payload({ level: 'source', sequenceNumber, signal })

test('a viewer tells its payer how many bytes of a relay were correct', { timeout: 20_000 }, async ({ serve }) => {
  const stream = new TestStream()
  await stream.publish(0, { payload })
  await stream.publish(1, { payload: payload.subarray(0, 50_000) })
  const wrong = await stream.answer(`/payload/${[...stream.payloads.keys()][1]}`)
  const relay = await serve(stream, async (path, honest) =>
    path.endsWith(`${[...stream.payloads.keys()][0]}`) ? wrong : honest(),
  )
  const { viewer, checked } = watch(stream, relay.uri)
  await untilState(viewer, 'live')
  await viewer.news({ level: 'source', signal })
  await expect(get(viewer)).rejects.toThrow()
  expect(checked).toEqual([])
  await get(viewer, 1n)
  expect(checked).toEqual([[relay.uri, 50_000]])
  viewer.close()
})

test('a viewer tells its payer how many bytes the checked pieces and their proofs have', { timeout: 20_000 }, async ({
  serve,
}) => {
  const stream = new TestStream()
  await stream.publish(0, { payload })
  const relay = await serve(stream)
  const { viewer, checked } = watch(stream, relay.uri)
  await untilState(viewer, 'live')
  await viewer.news({ level: 'source', signal })
  await viewer.join(() => createNodeTransport(webRtc))
  await viewer.payload({ level: 'source', sequenceNumber: 0n, spareMs: 2_000, signal })
  const bytes = checked.reduce((sum, [, length]) => sum + length, 0)
  expect(relay.asked.some((path) => path.includes('&pieces='))).toBe(true)
  expect(bytes > payload.length).toBe(true)
  viewer.close()
})

test('a viewer that pays nothing counts an error when a relay asks for payment', { timeout: 20_000 }, async ({
  serve,
}) => {
  const stream = new TestStream()
  await stream.publish(0, { payload })
  const relay = await serve(stream, async (path, honest) =>
    path.startsWith('/payload') ? { status: 402, body: '{"accepts":[]}' } : honest(),
  )
  const { viewer, unpaid, payNothing } = watch(stream, relay.uri)
  payNothing()
  await untilState(viewer, 'live')
  await viewer.news({ level: 'source', signal })
  await expect(get(viewer)).rejects.toThrow('only to clients that pay')
  await until(viewer, ({ refused }) => refused['Relay.UnpaidError'] === 1)
  expect(unpaid).toEqual([402])
  viewer.close()
})
