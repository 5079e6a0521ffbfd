import { afterAll, test as base, beforeAll, describe, expect } from 'vitest'
import { buildOldViewer, type OldCode } from '../../testbeds/oldViewer'
import { domain, TestStream } from '../../testbeds/TestStream'
import { type Fixtures, fixtures } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { WebSocket } from '../node/wrtc'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const bytes = 150_000
const payload = (number: number) => new Uint8Array(bytes).fill(number)

type AnyViewer = Pick<Viewer, 'close' | 'subscribe' | 'getSnapshot' | 'news' | 'payload'>

function until(viewer: AnyViewer, is: (snapshot: ReturnType<Viewer['getSnapshot']>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!is(viewer.getSnapshot())) return
      stop()
      resolve()
    }
    const stop = viewer.subscribe(look)
    look()
  })
}

async function playAll(viewers: readonly AnyViewer[], stream: TestStream, number: number): Promise<void> {
  await stream.publish(number, { payload: payload(number) })
  await Promise.all(
    viewers.map(async (viewer) => {
      await viewer.news({ level: 'source', after: BigInt(number - 1), signal })
      const request = { level: 'source', sequenceNumber: BigInt(number), spareMs: 2_000, signal }
      const { data } = await viewer.payload(request)
      expect(Buffer.from(data).equals(payload(number))).toBe(true)
    }),
  )
}

describe('a viewer of the code before parts and pieces', () => {
  let old: OldCode
  beforeAll(async () => {
    old = await buildOldViewer()
  })

  test.for([1, 2])(
    'plays in one room with viewers of today (%i), and gets bytes from them',
    async (count, { serve, watch }) => {
      const stream = new TestStream()
      await stream.publish(0, { payload: payload(0) })
      const relay = await serve(stream)
      const listing = stream.listing(relay.uri)
      const { streamId } = stream
      const oldViewer = new old.Viewer({ streamId, domain, directory: { find: async () => listing } })
      const newViewers = Array.from({ length: count }, () => watch(stream, listing))
      const viewers = [oldViewer, ...newViewers]
      await Promise.all(viewers.map((viewer) => until(viewer, ({ state }) => state === 'live')))
      await oldViewer.join(old.createTransport({ wrtc: webRtc.wrtc, WebSocket }))
      for (const viewer of newViewers) await viewer.join(() => createNodeTransport(webRtc))
      await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === count)))
      // A viewer of today takes whole segments only while no other viewer exchanges pieces with it.
      const hasShared = ({ bytesFromPeers, bytesToPeers }: { bytesFromPeers: number; bytesToPeers: number }) =>
        bytesFromPeers > 0 && (count > 1 || bytesToPeers > 0)
      for (let number = 1; number <= 5 || !hasShared(oldViewer.getSnapshot()); number++)
        await playAll(viewers, stream, number)
      for (const viewer of viewers) {
        expect(viewer.getSnapshot()).toMatchObject({ peers: count, state: 'live' })
        expect(viewer.getSnapshot().refused).toEqual({})
      }
      oldViewer.close()
    },
  )
})
