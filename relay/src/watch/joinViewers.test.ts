import { Segment } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, expect, test } from 'vitest'
import { domain, TestStream } from '../../testbeds/TestStream'
import { createNodeTransport, startTracker, startWebRtc } from '../../testbeds/wrtc'
import { freeForAll, type Party } from '../mesh/Accounting'
import { joinViewers, type SharingOptions } from './joinViewers'

const webRtc = startWebRtc()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => webRtc.cleanup())

/** The options of a viewer that has only this tracker. */
function optionsOf(stream: TestStream, trackerUrl: string): SharingOptions {
  return {
    ...{ streamId: stream.streamId, domain, verifyPayload: Segment.verifyPayload },
    candidates: [{ address: stream.transcoder.address, serviceUri: 'http://127.0.0.1:1' }],
    servers: { trackers: [trackerUrl] },
    relay: { fetch: () => Promise.reject(new TypeError('The relay is down.')) },
    transport: createNodeTransport(webRtc),
    onChange() {},
    refuse(error) {
      throw error
    },
  }
}

test('when no relay of the stream answers, viewers find each other through a tracker that the page names', async () => {
  const tracker = await startTracker()
  closing.push(tracker.close)
  const stream = new TestStream()
  const viewers = [0, 1].map(() => joinViewers(optionsOf(stream, tracker.url)))
  closing.push(() => {
    for (const viewer of viewers) viewer.leave()
  })
  for (const viewer of viewers) while (viewer.stats.peers < 1) await viewer.next('change')
  expect(tracker.tracker.stats()).toEqual({ rooms: 1, peers: 2 })
})

test('a viewer proves its payment key to its neighbours, and its payments hear of them', async () => {
  const tracker = await startTracker()
  closing.push(tracker.close)
  const stream = new TestStream()
  const viewers = [0, 1].map(() => {
    const account = privateKeyToAccount(generatePrivateKey())
    const met = new Promise<Party>((resolve) => {
      const payments = {
        accounting: { ...freeForAll, met: resolve },
        key: account,
      }
      const mesh = joinViewers({ ...optionsOf(stream, tracker.url), payments })
      closing.push(() => mesh.leave())
    })
    return { address: account.address, met }
  })
  const parties = await Promise.all(viewers.map(({ met }) => met))
  expect(parties.map(({ paymentKey }) => paymentKey?.toLowerCase())).toEqual(
    viewers.map(({ address }) => address.toLowerCase()).reverse(),
  )
  expect(parties.map(({ capabilities }) => capabilities.has('payments'))).toEqual([true, true])
}, 60_000)
