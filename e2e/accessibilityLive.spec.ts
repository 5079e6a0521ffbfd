import type { Page } from '@playwright/test'
import { expectAccessible } from './accessibility'
import { openViewer } from './audience'
import { expect, test } from './fixtures'
import { openForeignPage, playerElement } from './foreignPage'
import { expectWatch, goLive, openBroadcast, playback, settled, stop, streamIdOf } from './pages'

// While a stream is live, its pages have controls, dialogs and messages that no other state has.

const openDetails = async (page: Page, id: string) => {
  if ((await page.getByTestId(id).getAttribute('open')) === null) await page.getByTestId(id).locator('summary').click()
}

test('axe finds no fault while a stream is live: on the pages of both sides, in their dialogs, and in foreign pages', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  const viewer = await openViewer(browser, link)

  await test.step('watching: controls, statistics and sharing, the keys, the check of a segment, and a pause', async () => {
    for (const id of ['watch-stats', 'watch-sharing']) await openDetails(viewer, id)
    await viewer.locator('video').focus()
    await viewer.keyboard.press('m')
    await expect(
      viewer
        .getByRole('button', { name: 'Mute' })
        .or(viewer.getByRole('button', { name: 'Unmute' }))
        .first(),
    ).toBeVisible()
    await expectAccessible(viewer)
    await viewer.keyboard.press('?')
    await expect(viewer.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await expectAccessible(viewer)
    await viewer.keyboard.press('Escape')
    await viewer.getByTestId('check-segment').click()
    await expect(viewer.getByRole('dialog', { name: /segment/i })).toBeVisible()
    await expectAccessible(viewer)
    await viewer.keyboard.press('Escape')
    await viewer.locator('video').press('k')
    await expect.poll(() => viewer.evaluate(() => document.querySelector('video')?.paused)).toBe(true)
    await expectAccessible(viewer)
    await viewer.locator('video').press('k')
  })

  await test.step('broadcasting: the stream health with a viewer, and the question before the end', async () => {
    await expect(broadcaster.getByTestId('stream-health')).toHaveAttribute('data-viewers', /^[1-9]/)
    await expectAccessible(broadcaster)
    await broadcaster.getByRole('button', { name: 'Stop' }).click()
    await expect(broadcaster.getByRole('alertdialog', { name: 'Stop the broadcast?' })).toBeVisible()
    await expectAccessible(broadcaster)
    await broadcaster.getByRole('button', { name: 'Continue' }).click()
  })

  await test.step('the player alone, and the element in a page of another site', async () => {
    const embedded = await (await browser.newContext()).newPage()
    await embedded.goto(`${network.url}/#/embed/${streamIdOf(link)}`)
    await expectWatch(embedded, 'live')
    await expect.poll(async () => (await playback(embedded)).currentTime).toBeGreaterThan(0)
    await embedded.locator('video').focus()
    await embedded.keyboard.press('m')
    await expectAccessible(embedded)
    await embedded.context().close()

    const html = `<html lang="en"><main><h1>Another site</h1>${playerElement(network.url, link)}</main></html>`
    const foreign = await openForeignPage(await browser.newContext(), html)
    const frame = foreign.frameLocator('lp-player iframe')
    await expect(frame.getByTestId('watch-state')).toHaveAttribute('data-state', 'live')
    await expectAccessible(foreign, { hasForeignFrames: true })
    await foreign.context().close()
  })

  await test.step('after the end: the bill, and the message to the viewer', async () => {
    await stop(broadcaster)
    await expectWatch(viewer, 'ended')
    await expectAccessible(viewer)
    await settled(broadcaster)
    await expectAccessible(broadcaster)
  })
})

test('axe finds no fault of the offer of a paid stream, of its payment, and of an interrupted stream', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  await broadcaster.getByRole('radio', { name: 'Paid' }).click()
  await broadcaster.getByLabel('Price a minute').fill('0.003')
  await expect(broadcaster.getByText('Of 0.003 ETH, you get 0.00285 ETH')).toBeVisible()
  await expectAccessible(broadcaster)
  const link = await goLive(broadcaster)
  const viewer = await (await browser.newContext()).newPage()
  await viewer.goto(link)
  await expectWatch(viewer, 'locked')
  await expect(viewer.getByText('This stream costs 0.003 ETH a minute.')).toBeVisible()
  await expectAccessible(viewer)
  await viewer.getByRole('button', { name: 'Pay and watch' }).click()
  await expect(viewer.getByTestId('pay-panel').getByLabel('Put in')).toBeVisible()
  await expectAccessible(viewer)

  // As a closed tab, a page that the browser leaves runs its handlers of `pagehide`.
  await broadcaster.goto('about:blank')
  await expectWatch(viewer, /^(reconnecting|silent)$/)
  await expectAccessible(viewer)
  await broadcaster.context().close()
})
