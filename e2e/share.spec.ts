import type { Browser, Page } from '@playwright/test'
import { expectBroadcast, expectWatch, goLive, openBroadcast, playback, stop } from './pages'
import { expect, test } from './stage'

const watchedS = 60
const afterwardsS = 16

/** Where the bytes of a viewer came from, and what came of them. */
const figures = (page: Page) =>
  page.getByTestId('watch-stats').evaluate((stats) => {
    const { bytesFromPeers, bytesFromRelays, peers, stalls, latencyMs } = stats.dataset
    const [fromPeers, fromRelays] = [Number(bytesFromPeers), Number(bytesFromRelays)]
    return { fromPeers, fromRelays, peers: Number(peers), stalls: Number(stalls), latencyMs: Number(latencyMs) }
  })

async function openViewer(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(link)
  await expectWatch(page, 'live')
  await expect.poll(async () => (await playback(page)).currentTime).toBeGreaterThan(0)
  return page
}

/** Plays on for so long of the stream. */
async function play(page: Page, seconds: number): Promise<void> {
  const { currentTime } = await playback(page)
  await page.waitForFunction(
    (until) => (document.querySelector('video') as HTMLVideoElement).currentTime > until,
    currentTime + seconds,
    { timeout: 2_000 * seconds },
  )
}

test('three viewers serve each other for a minute, and one of them goes unnoticed', async ({ browser, network }) => {
  test.setTimeout(240_000)
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  const viewers: Page[] = []
  for (let count = 0; count < 3; count++) viewers.push(await openViewer(browser, link))
  for (const viewer of viewers) await expect.poll(async () => (await figures(viewer)).peers).toBe(2)

  // Whoever comes with the very first segment has nothing to play while it waits for the second.
  const before = await Promise.all(viewers.map(figures))
  await Promise.all(viewers.map((viewer) => play(viewer, watchedS)))
  const seen = await Promise.all(viewers.map(figures))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const fromPeers = sum(seen.map((viewer) => viewer.fromPeers))
  const share = fromPeers / (fromPeers + sum(seen.map((viewer) => viewer.fromRelays)))
  const facts = seen.map((viewer) => Object.entries(viewer).join(' · ').replaceAll(',', ' '))
  test.info().annotations.push({ type: 'share of viewers', description: share.toFixed(3) })
  console.log([`from viewers: ${(100 * share).toFixed(1)} %`, ...facts].join('\n'))
  const stalls = before.map((viewer) => viewer.stalls)
  expect(seen.map((viewer) => viewer.stalls)).toEqual(stalls)
  for (const viewer of seen.slice(1)) expect(viewer.fromPeers).toBeGreaterThan(0)
  expect(share).toBeGreaterThanOrEqual(0.4)

  const [first, second, third] = viewers as [Page, Page, Page]
  await third.close({ runBeforeUnload: true })
  await Promise.all([first, second].map((viewer) => play(viewer, afterwardsS)))
  for (const [index, viewer] of [first, second].entries()) {
    expect(await figures(viewer)).toMatchObject({ peers: 1, stalls: stalls[index] })
    await expectWatch(viewer, 'live')
  }

  await stop(broadcaster)
  await expectWatch(first, 'ended')
  await expectBroadcast(broadcaster, 'settled', 90_000)
})
