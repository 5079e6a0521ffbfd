import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core'
import { parseEther } from 'viem'
import { openViewer } from './audience'
import { earningsOf, operatorOf } from './chain'
import { launchFirefox } from './firefox'
import { expect, test } from './fixtures'
import { attribute, checkSegment, choose, press, until, untilTrue, watch } from './otherBrowsers'
import { expectAllSegments, playback, received } from './pages'

const lpt = String(parseEther('1000'))

let firefox: Firefox

test.beforeAll(async () => {
  firefox = await launchFirefox()
})

test.afterAll(() => firefox.close())

/** Opens an address in a new window of Firefox. A new tab would hide the page of the earlier tab; a new window hides no page. */
async function open(url: string): Promise<FirefoxPage> {
  const page = await firefox.newPage({ type: 'window' })
  await page.goto(url)
  return page
}

/** Waits for a block that is not one of the last blocks of a round. Between two rounds, stakes cannot change for a moment. */
const untilRoundRuns = (page: FirefoxPage) =>
  untilTrue(page, `document.querySelector('[data-testid=round-bar]').textContent.includes('Running')`)

test('Firefox goes live, watches, shares with Chromium, checks a segment and stakes', async ({ browser, network }) => {
  const broadcaster = await open(`${network.url}/#/broadcast`)
  const link = await test.step('Firefox goes live', async () => {
    await choose(broadcaster, '360p')
    await press(broadcaster, 'Turn on the camera')
    await press(broadcaster, 'Go live')
    await until(broadcaster, 'broadcast-state', 'data-state', 'live')
    return (await attribute(broadcaster, 'share-link', 'href')) as string
  })

  const viewer = await test.step('Firefox watches', async () => {
    const page = await open(link)
    await watch(page)
    return page
  })

  await test.step('Firefox and Chromium are peers, and Chromium gets segments from Firefox', async () => {
    const other = await openViewer(browser, link)
    await until(viewer, 'watch-stats', 'data-peers', '1')
    await expect.poll(async () => (await received(other)).fromPeers).toBeGreaterThan(0)
    expect((await playback(other)).frames).toBeGreaterThan(0)
    await other.context().close()
  })

  await test.step('Firefox checks the segment on the screen', async () => {
    expect(await checkSegment(viewer)).toContain('The transcoder worked correctly.')
  })

  await test.step('a delegator gets test LPT, stakes it and unstakes it in Firefox', async () => {
    const page = await open(`${network.url}/#/stake`)
    await press(page, 'Get test LPT')
    await until(page, 'my-balance', 'data-wei', lpt)
    await press(page, 'Stake', '[data-testid=transcoder]')
    await (await page.waitForSelector('[role=dialog] input'))?.type('600')
    await press(page, 'Review', '[role=dialog]')
    await untilRoundRuns(page)
    await press(page, 'Stake', '[data-testid=review]')
    await untilTrue(page, `Number(document.querySelector('[data-testid=my-stake]').dataset.wei) > 599e18`)
    // The page shows the stake before it closes the dialog.
    await page.waitForSelector('[role=dialog]', { hidden: true, timeout: 90_000 })
    // The other tests expect a transcoder without this stake. If a round begins between “All” and the transaction, its reward stays staked.
    const stake = `Number(document.querySelector('[data-testid=my-stake]')?.dataset.wei ?? 0)`
    for (let left = Number(await page.evaluate(stake)); left > 0; left = Number(await page.evaluate(stake))) {
      await press(page, 'Unstake')
      await press(page, 'All', '[role=dialog]')
      await press(page, 'Review', '[role=dialog]')
      await untilRoundRuns(page)
      await press(page, 'Unstake', '[data-testid=review]')
      await untilTrue(page, `${stake} < ${left / 2}`)
      await page.waitForSelector('[role=dialog]', { hidden: true, timeout: 90_000 })
    }
    await page.close()
  })

  await test.step('Stop ends the stream for the viewer, and no segment is missing', async () => {
    // On a slow machine, the page of the broadcaster can show a notice that segments wait. This test allows the notice.
    await until(broadcaster, 'broadcast-state', 'data-state', 'live')
    await until(viewer, 'watch-state', 'data-state', 'live')
    await expectAllSegments(network.relayUrl, link)
    await press(broadcaster, 'Stop')
    await press(broadcaster, 'Stop', '[role=alertdialog]')
    await until(broadcaster, 'broadcast-state', 'data-state', 'settling')
    await until(viewer, 'watch-state', 'data-state', 'ended')
  })

  await test.step('the work is paid, and the relay withdraws its fees', async () => {
    await until(broadcaster, 'broadcast-state', 'data-state', 'settled')
    // The next test compares the balances of the same relay.
    await expect.poll(async () => earningsOf(network, await operatorOf(network))).toBe(0n)
  })
})
