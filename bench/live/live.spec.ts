import { type Figures, openViewer, watch } from '../../e2e/audience'
import { expect, test } from '../../e2e/fixtures'
import { expectBroadcast, goLive, openBroadcast, received, stop } from '../../e2e/pages'

const watchedS = 60
const audience = 3

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const perViewer = (figures: readonly Figures[], value: (figures: Figures) => string | number) =>
  figures.map(value).join(' · ')

for (const quality of ['360p', '480p', '720p'])
  test(`${quality} at 20 fps, ${audience} viewers, ${watchedS} s`, async ({ browser, network }) => {
    const broadcaster = await openBroadcast(await browser.newContext(), network.url, { quality })
    const link = await goLive(broadcaster)
    const viewers = []
    for (let count = 0; count < audience; count++) viewers.push(await openViewer(browser, link))
    for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(audience - 1)
    const startedAt = performance.now()
    const figures = await Promise.all(viewers.map((viewer) => watch(viewer, watchedS)))
    const bytes = await Promise.all(viewers.map(received))
    const fromPeers = sum(bytes.map((viewer) => viewer.fromPeers))
    const fromRelays = sum(bytes.map((viewer) => viewer.fromRelays))
    const late = await broadcaster.getByRole('alert').allInnerTexts()
    console.log(`${quality}: ${watchedS} s played in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
    console.log(`  frames per second: ${perViewer(figures, ({ frames }) => (frames / watchedS).toFixed(1))}`)
    console.log(`  stalls: ${perViewer(figures, ({ stalls }) => stalls)}`)
    console.log(`  seconds behind live: ${perViewer(figures, ({ latencyMs }) => (latencyMs / 1_000).toFixed(1))}`)
    console.log(`  bytes from viewers: ${((100 * fromPeers) / (fromPeers + fromRelays)).toFixed(1)} %`)
    console.log(`  problems on the broadcaster's page: ${late.join(' ').replaceAll('\n', ' ') || 'none'}`)
    await stop(broadcaster)
    await expectBroadcast(broadcaster, 'settled')
    await Promise.all([broadcaster, ...viewers].map((page) => page.context().close()))
  })
