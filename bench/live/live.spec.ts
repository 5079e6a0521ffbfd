import { type Figures, openViewer, watch } from '../../e2e/audience'
import { launchBrowser } from '../../e2e/browser'
import { test as base, expect } from '../../e2e/fixtures'
import { expectBroadcast, goLive, openBroadcast, received, stop } from '../../e2e/pages'
import { cameraFps, openFilm } from './film'
import { delaysOf } from './glassToGlass'
import { noteSightings, sightingsOf } from './pictureClock'

const watchedS = 60
const audience = 4
/** After the last viewer has come, the connections and the buffers settle. */
const settleS = 15

/** The camera is a film whose pictures contain their numbers. */
const test = base.extend({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern, and this fixture needs no other fixture.
    async ({}, use) => {
      const browser = await launchBrowser(`--use-file-for-fake-video-capture=${openFilm()}`)
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
})

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const perViewer = (figures: readonly Figures[], value: (figures: Figures) => string | number) =>
  figures.map(value).join(' · ')
const seconds = (ms: number) => (ms / 1_000).toFixed(2)

for (const quality of ['360p', '480p', '720p'])
  test(`${quality}, ${audience} viewers, ${watchedS} s`, async ({ browser, network }) => {
    const broadcaster = await openBroadcast(await browser.newContext(), network.url, { quality })
    const link = await goLive(broadcaster)
    const viewers = []
    for (let count = 0; count < audience; count++) viewers.push(await openViewer(browser, link))
    for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(audience - 1)
    await Promise.all(viewers.map((viewer) => watch(viewer, settleS)))
    await Promise.all([broadcaster, ...viewers].map(noteSightings))
    const before = await Promise.all(viewers.map(received))
    const startedAt = performance.now()
    const figures = await Promise.all(viewers.map((viewer) => watch(viewer, watchedS)))
    const elapsedMs = performance.now() - startedAt
    const after = await Promise.all(viewers.map(received))
    const total = (key: 'fromPeers' | 'fromRelays') =>
      sum(after.map((viewer, index) => viewer[key] - (before[index]?.[key] ?? 0)))
    const [fromPeers, fromRelays] = [total('fromPeers'), total('fromRelays')]
    const camera = await sightingsOf(broadcaster)
    const delays = await Promise.all(
      viewers.map(async (viewer) => delaysOf(await sightingsOf(viewer), camera, 1_000 / cameraFps)),
    )
    const means = delays.map((each) => sum(each) / each.length)
    const late = await broadcaster.getByRole('alert').allInnerTexts()
    console.log(`${quality}: ${watchedS} s played in ${seconds(elapsedMs)} s`)
    console.log(`  frames per second: ${perViewer(figures, ({ frames }) => (frames / watchedS).toFixed(1))}`)
    console.log(`  stalls: ${perViewer(figures, ({ stalls }) => stalls)}`)
    console.log(`  seconds from camera to screen, mean of each viewer: ${means.map(seconds).join(' · ')}`)
    console.log(`  seconds from camera to screen, longest: ${seconds(Math.max(...delays.flat()))}`)
    console.log(`  the page says, seconds behind live: ${perViewer(figures, ({ latencyMs }) => seconds(latencyMs))}`)
    console.log(`  bytes from viewers: ${((100 * fromPeers) / (fromPeers + fromRelays)).toFixed(1)} %`)
    console.log(`  problems on the broadcaster's page: ${late.join(' ').replaceAll('\n', ' ') || 'none'}`)
    await stop(broadcaster)
    await expectBroadcast(broadcaster, 'settled')
    await Promise.all([broadcaster, ...viewers].map((page) => page.context().close()))
  })
