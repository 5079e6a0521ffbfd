import { openViewer, watch, watchWithoutStall } from './audience'
import { expect, test } from './fixtures'
import { goLive, openBroadcast, playback, received } from './pages'

const measuredS = 6
/** The lowest rendition fits into this part of the source's bitrate (300 kbit/s into 85 % of about 430 kbit/s), and the source does not. */
const limit = 0.85
const sourceHeight = 480

/** `npm run bench -- mesh slow` measures how fast a viewer reacts. Here the times are only printed, because other programs can delay them. */
const say = (what: string, sinceMs: number) =>
  console.log(`  ${what} after ${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`)

test('a viewer with a slow connection gets the lower quality, then the source again; the page never says that the stream ended', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url, { quality: `${sourceHeight}p` })
  const viewer = await openViewer(browser, await goLive(broadcaster))
  // The limit of Chromium holds for HTTP, but not for WebRTC, over which the transcoder also sends the stream. So the viewer uses no WebRTC.
  await viewer.getByText('Other viewers', { exact: true }).click()
  await viewer.getByRole('switch', { name: 'Don’t connect to other viewers' }).click()
  await expect.poll(async () => (await playback(viewer)).height).toBe(sourceHeight)
  await watchWithoutStall([viewer], measuredS)
  const { latencyMs } = await playback(viewer)
  const before = await received(viewer)
  await watch(viewer, measuredS)
  const bytesPerS = ((await received(viewer)).fromRelays - before.fromRelays) / measuredS

  // All states that the page shows from now on.
  await viewer.evaluate(() => {
    const page = document.querySelector('[data-testid=watch-state]') as HTMLElement
    const states = [page.dataset.state]
    new MutationObserver(() => states.push(page.dataset.state)).observe(page, { attributeFilter: ['data-state'] })
    Object.assign(window, { states })
  })
  const session = await viewer.context().newCDPSession(viewer)
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, uploadThroughput: -1, downloadThroughput: limit * bytesPerS },
  })

  await test.step('the quality goes down, and playing continues', async () => {
    const limitedMs = performance.now()
    await expect.poll(async () => (await playback(viewer)).height).toBeLessThan(sourceHeight)
    say('the lower quality was on screen', limitedMs)
    await watchWithoutStall([viewer], 6)
  })

  await test.step('when the limit has ended, the viewer returns to the source and to its earlier latency', async () => {
    await session.detach()
    const endedMs = performance.now()
    await expect.poll(async () => (await playback(viewer)).height).toBe(sourceHeight)
    say('the source was on screen again', endedMs)
    await expect.poll(async () => (await playback(viewer)).latencyMs).toBeLessThan(latencyMs + 500)
    say('the earlier latency was reached again', endedMs)
  })

  const states = await viewer.evaluate(() => (window as unknown as { states: string[] }).states)
  for (const state of states) expect(['live', 'buffering']).toContain(state)
})
