import { earningsOf, operatorOf } from './chain'
import { expect, test } from './fixtures'
import { attribute, checkSegment, until, untilTrue, watch } from './otherBrowsers'
import { expectAllSegments, expectBroadcast, goLive, openBroadcast, settled, stop } from './pages'
import { launchWebKit, type WebKitPage } from './webkit'

let webkit: WebKitPage

test.beforeAll(async () => {
  webkit = await launchWebKit()
})

test.afterAll(() => webkit.close())

test('WebKit shows the transcoders, watches a stream of Chromium to its end, and checks a segment', async ({
  browser,
  network,
}) => {
  await test.step('the staking page shows the transcoder', async () => {
    await webkit.goto(`${network.url}/#/stake`)
    await untilTrue(webkit, `document.querySelector('[data-testid=transcoder]')`)
  })

  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)

  await test.step(`WebKit ${webkit.version} watches`, async () => {
    await webkit.goto(link)
    await watch(webkit)
    // This WebKit has no WebRTC, so the relay sends all segments over HTTP.
    expect(Number(await attribute(webkit, 'watch-stats', 'data-bytes-from-relays'))).toBeGreaterThan(0)
  })

  await test.step('WebKit checks the segment on the screen', async () => {
    expect(await checkSegment(webkit)).toContain('The transcoder worked correctly.')
  })

  await test.step('Stop ends the stream for the viewer, and no segment is missing', async () => {
    await expectBroadcast(broadcaster, 'live')
    await until(webkit, 'watch-state', 'data-state', 'live')
    await expectAllSegments(network.relayUrl, link)
    await stop(broadcaster)
    await until(webkit, 'watch-state', 'data-state', 'ended')
  })

  await test.step('the work is paid, and the relay withdraws its fees', async () => {
    expect((await settled(broadcaster)).feesWei).toBeGreaterThan(0n)
    await expect.poll(async () => earningsOf(network, await operatorOf(network))).toBe(0n)
  })
})
