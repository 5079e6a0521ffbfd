import { type Browser, expect, test } from '@playwright/test'
import { launchBrowser } from './browser'
import { type Network, startNetwork } from './network'
import { chooseQuality, expectBroadcast, expectWatch, goLive, openBroadcast, playback } from './pages'

let network: Network
let browser: Browser

test.beforeAll(async () => {
  network = await startNetwork()
  browser = await launchBrowser()
})
test.afterAll(async () => {
  await browser?.close()
  await network?.stop()
})

test('a broadcaster goes live from a tab, and a viewer without a wallet watches by the link', async () => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)

  const viewer = await (await browser.newContext()).newPage()
  await viewer.goto(link)
  await expectWatch(viewer, 'live')
  await expect.poll(async () => (await playback(viewer)).currentTime, { timeout: 15_000 }).toBeGreaterThan(0)

  const before = await playback(viewer)
  await viewer.waitForFunction(
    (target) => (document.querySelector('video') as HTMLVideoElement).currentTime > target,
    before.currentTime + 30,
    { timeout: 60_000 },
  )
  const after = await playback(viewer)
  expect(after.frames - before.frames).toBeGreaterThan(30 * 15)
  expect(after.audioBytes).toBeGreaterThan(before.audioBytes)
  expect(after.stalls).toBe(0)

  await chooseQuality(viewer, /^240p/)
  await expect.poll(async () => (await playback(viewer)).height, { timeout: 20_000 }).toBe(240)
  await chooseQuality(viewer, /source/)
  await expect.poll(async () => (await playback(viewer)).height, { timeout: 20_000 }).toBe(720)

  await broadcaster.getByRole('button', { name: /stop/i }).click()
  await broadcaster
    .getByRole('button', { name: /stop|end/i })
    .last()
    .click()
  await expectWatch(viewer, 'ended')
  await expectBroadcast(broadcaster, 'settled')
})
