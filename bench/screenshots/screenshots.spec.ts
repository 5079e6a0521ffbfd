import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { openViewer, watch } from '../../e2e/audience'
import { launchBrowser } from '../../e2e/browser'
import { operatorOf } from '../../e2e/chain'
import { test as base, expect } from '../../e2e/fixtures'
import { openForeignPage, playerElement } from '../../e2e/foreignPage'
import {
  expectBroadcast,
  expectWatch,
  goLive,
  openBroadcast,
  settled,
  stop,
  streamIdOf,
  turnOnCamera,
} from '../../e2e/pages'
import { openFilm } from './film'

const folder = process.env.LP_SCREENSHOTS ?? 'test-results/screenshots'

const looks = [
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'small-phone', viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
  { name: 'desktop', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
] as const

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

/** Takes a picture of the window, as a person sees the page, with each look. `shown`: this element is in the picture. */
async function take(page: Page, name: string, shown?: Locator): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const { name: look, viewport, colorScheme } of looks) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // After a change of the address, the heading has the focus. Its outline would be in the picture.
    await page.evaluate(() => document.querySelector<HTMLElement>('h1:focus')?.blur())
    // The page draws once with its new size.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    await shown?.scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
  }
}

test('pages without a stream', async ({ network, page }) => {
  const open = (address: string) => page.goto(`${network.url}/#/${address}`)
  await open('')
  await take(page, 'start')
  for (const [address, name] of [
    ['watch', 'watch-link'],
    ['nothing', 'no-such-page'],
    ['watch/0x1234', 'problem'],
  ] as const) {
    await open(address)
    await expect(page.locator('main h1:not([data-loading])')).toBeAttached()
    await take(page, name)
  }
  await open(`watch/0x${'ab'.repeat(32)}`)
  await expectWatch(page, 'not-found')
  await take(page, 'watch-not-found')
  await open('live')
  await expect(page.getByText('No stream is shown here now.')).toBeVisible()
  await take(page, 'live-empty')

  // As long as the chain gives no answer, each page shows which answer it is waiting for.
  await page.route('**/rpc', () => undefined)
  for (const address of ['stake', 'govern', 'economy']) {
    await open(address)
    await expect(page.getByText('Reading the chain')).toBeVisible()
    await take(page, `${address}-reading`)
  }
  await page.unroute('**/rpc')
})

test('the pages of stakers', async ({ network, page }) => {
  await page.goto(`${network.url}/#/stake`)
  await expect(page.getByTestId('my-balance')).toBeVisible()
  await take(page, 'stake')
  await page.getByRole('button', { name: /, wallet$/ }).click()
  await take(page, 'wallet')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Get test LPT' }).click()
  await expect(page.getByTestId('my-balance')).not.toHaveAttribute('data-wei', '0')
  await page.getByTestId('transcoder').getByRole('button', { name: 'Stake' }).click()
  await page.getByLabel('How much LPT?').fill('250')
  await take(page, 'stake-amount')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByTestId('review')).toBeVisible()
  await take(page, 'stake-review')
  await page.getByTestId('review').getByRole('button', { name: 'Stake' }).click()
  await expect(page.getByTestId('review')).toBeHidden()
  await expect(page.getByTestId('my-stake')).not.toHaveAttribute('data-wei', '0')
  await take(page, 'stake-staked')
  await page.goto(`${network.url}/#/stake/${await operatorOf(network)}`)
  await expect(page.getByTestId('reward-calls')).toHaveText(/^\d/)
  await take(page, 'transcoder')
  await page.goto(`${network.url}/#/govern`)
  await expect(page.getByTestId('own-stake')).toBeVisible()
  await take(page, 'govern')
  await page.getByRole('combobox', { name: 'Parameter' }).selectOption('FinderFee (Stake)')
  await page.getByLabel('New value of FinderFee').fill('6')
  await page.getByRole('button', { name: 'Add to the proposal' }).click()
  await page.getByLabel('Why should stakers vote for it?').fill('Finders do more.')
  await page.getByLabel('Why should stakers vote for it?').scrollIntoViewIfNeeded()
  await take(page, 'govern-proposal')
  await page.goto(`${network.url}/#/economy`)
  await expect(page.getByTestId('supply')).toBeVisible()
  await take(page, 'economy')
})

test('a live stream, on both sides', async ({ network, browser }) => {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] })
  const broadcaster = await context.newPage()
  await broadcaster.goto(`${network.url}/#/broadcast`)
  await expectBroadcast(broadcaster, 'idle')
  await take(broadcaster, 'broadcast')
  await turnOnCamera(broadcaster)
  await expect(broadcaster.getByRole('button', { name: 'Go live' })).toBeEnabled()
  await broadcaster.getByLabel('Title').fill('Evening light over the bay')
  await broadcaster.getByRole('button', { name: 'Take a picture' }).click()
  await expect(broadcaster.getByAltText('Poster of the stream')).toBeVisible()
  await take(broadcaster, 'broadcast-ready')
  await broadcaster.getByRole('button', { name: 'Get the link now' }).click()
  const early = broadcaster.getByTestId('early-link')
  await take(broadcaster, 'broadcast-early-link', early)
  const waiting = await (await browser.newContext()).newPage()
  await waiting.goto((await early.getAttribute('href')) as string)
  await expectWatch(waiting, 'soon')
  await take(waiting, 'watch-soon')
  await waiting.context().close()
  await broadcaster.getByRole('switch', { name: /Show the stream under/ }).click()
  await broadcaster.setViewportSize({ width: 480, height: 800 })
  const link = await goLive(broadcaster)
  const viewer = await openViewer(browser, link)
  await watch(viewer, 12)
  await viewer.locator('video').focus()
  await viewer.keyboard.press('m')
  await take(viewer, 'watch-live')
  for (const id of ['watch-stats', 'watch-sharing']) await viewer.getByTestId(id).locator('summary').click()
  await take(viewer, 'watch-details')
  await viewer.keyboard.press('?')
  await expect(viewer.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await take(viewer, 'watch-keys')
  await viewer.keyboard.press('Escape')
  await viewer.getByTestId('check-segment').click()
  await expect(viewer.getByRole('dialog')).toBeVisible()
  await take(viewer, 'watch-check')
  await viewer.keyboard.press('Escape')
  await viewer.locator('video').press('k')
  await take(viewer, 'watch-paused')
  await viewer.locator('video').press('k')

  await expect(broadcaster.getByTestId('stream-health')).toHaveAttribute('data-viewers', /^[1-9]/)
  await take(broadcaster, 'broadcast-live')
  await take(broadcaster, 'broadcast-share', broadcaster.getByRole('switch', { name: /Show the stream under/ }))
  const finder = await (await browser.newContext()).newPage()
  await finder.goto(`${network.url}/#/live`)
  await expect(finder.getByTestId('live-stream')).toBeVisible()
  await take(finder, 'live')
  await finder.context().close()
  await take(broadcaster, 'broadcast-health', broadcaster.getByTestId('stream-health'))
  await broadcaster.getByRole('button', { name: 'Stop' }).click()
  await take(broadcaster, 'broadcast-stop')
  await broadcaster.getByRole('button', { name: 'Continue' }).click()

  const embedded = await (await browser.newContext()).newPage()
  await embedded.goto(`${network.url}/#/embed/${streamIdOf(link)}`)
  await expectWatch(embedded, 'live')
  await take(embedded, 'embed')
  await embedded.context().close()
  const html = `<main><h1>Another site</h1>${playerElement(network.url, link)}</main>`
  const foreign = await openForeignPage(await browser.newContext(), html)
  await expect(foreign.frameLocator('iframe').getByTestId('watch-state')).toHaveAttribute('data-state', 'live')
  await take(foreign, 'foreign-page')
  await foreign.context().close()

  await stop(broadcaster)
  await expectWatch(viewer, 'ended')
  await take(viewer, 'watch-ended')
  await settled(broadcaster)
  await take(broadcaster, 'broadcast-settled')
})

test('a paid stream, and a stream that is interrupted', async ({ network, browser }) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  await broadcaster.getByRole('radio', { name: 'Paid' }).click()
  await broadcaster.getByLabel('Price a minute').fill('0.003')
  await expect(broadcaster.getByText('Of 0.003 ETH, you get 0.00285 ETH')).toBeVisible()
  await take(broadcaster, 'broadcast-paid', broadcaster.getByLabel('Price a minute'))
  const link = await goLive(broadcaster)
  const viewer = await (await browser.newContext()).newPage()
  await viewer.goto(link)
  await expectWatch(viewer, 'locked')
  await expect(viewer.getByText('This stream costs 0.003 ETH a minute.')).toBeVisible()
  await take(viewer, 'watch-offer')
  await viewer.getByRole('button', { name: 'Pay and watch' }).click()
  await expect(viewer.getByTestId('pay-panel').getByLabel('Put in')).toBeVisible()
  await take(viewer, 'watch-pay')
  await broadcaster.goto('about:blank')
  await expectWatch(viewer, /^(reconnecting|silent)$/)
  await take(viewer, 'watch-interrupted')
})
