import { Segment } from '@lp/contracts/protocol'
import { afterAll, afterEach, expect, test } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { createNodeTransport, startTracker, startWebRtc } from '../../testbeds/wrtc'
import { joinViewers } from './joinViewers'

const webRtc = startWebRtc()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => webRtc.cleanup())

test('when no relay of the stream answers, viewers find each other through a tracker that the page names', async () => {
  const tracker = await startTracker()
  closing.push(tracker.close)
  const { streamId, transcoder } = new TestStream()
  const candidates = [{ address: transcoder.address, serviceUri: 'http://127.0.0.1:1' }]
  const viewers = [0, 1].map(() =>
    joinViewers({
      ...{ streamId, domain, candidates, verifyPayload: Segment.verifyPayload },
      servers: { trackers: [tracker.url] },
      relay: { fetch: () => Promise.reject(new TypeError('The relay is down.')) },
      transport: createNodeTransport(webRtc),
      onChange() {},
      refuse(error) {
        throw error
      },
    }),
  )
  closing.push(() => {
    for (const viewer of viewers) viewer.leave()
  })
  for (const viewer of viewers) while (viewer.stats.peers < 1) await viewer.next('change')
  expect(tracker.tracker.stats()).toEqual({ rooms: 1, peers: 2 })
})
