import type { Page } from '@playwright/test'
import { watch } from './audience'
import { expect, test } from './fixtures'
import { expectCover, expectWatch, goLive, openBroadcast, stop, streamIdOf } from './pages'
import { storedIn } from './stored'

const early = (page: Page) => page.getByTestId('early-link')
/** The links, with their keys, that this browser keeps. */
const keptLinks = (page: Page) => storedIn(page, { database: 'lp.early', store: 'links' })

async function makeLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Get the link now' }).click()
  return (await early(page).getAttribute('href')) as string
}

test('a viewer opens the link before the stream, reads “starts soon”, and sees the picture without a reload when the broadcaster goes live', async ({
  browser,
  network,
}) => {
  const context = await browser.newContext()
  const broadcaster = await openBroadcast(context, network.url)
  const link = await makeLink(broadcaster)

  const viewer = await (await browser.newContext()).newPage()
  await viewer.goto(link)
  await viewer.evaluate(() => Object.assign(window, { isSamePage: true }))
  await expectWatch(viewer, 'soon')
  await expectCover(viewer, ['The stream starts soon.', 'Keep this page open'])
  await expect(viewer).toHaveTitle(/^Starts soon/)

  expect(streamIdOf(await goLive(broadcaster))).toBe(streamIdOf(link))
  await expectWatch(viewer, 'live')
  await watch(viewer, 2)
  expect(await viewer.evaluate(() => 'isSamePage' in window)).toBe(true)
  // A page that found the key again would use each sequence number twice.
  expect(await keptLinks(broadcaster)).toBe(0)

  await test.step('the same link opens the stream for a late viewer', async () => {
    await viewer.goto('about:blank')
    await viewer.goto(link)
    await expectWatch(viewer, 'live')
  })
  await stop(broadcaster)
  await expectWatch(viewer, 'ended')
  await context.close()
  await viewer.context().close()
})

test('a link before the stream stays over a reload, fixes the choice of a recording, and is deleted with its key when it is discarded', async ({
  page,
  network,
}) => {
  await page.goto(`${network.url}/#/broadcast`)
  const link = await makeLink(page)
  const recording = page.getByRole('checkbox', { name: /Allow a recording/ })
  await expect(recording).toBeDisabled()
  await page.reload()
  await expect(early(page)).toHaveAttribute('href', link)
  expect(await keptLinks(page)).toBe(1)
  await page.getByRole('button', { name: 'Discard the link' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard the link' }).click()
  await expect(early(page)).toHaveCount(0)
  await expect(recording).toBeEnabled()
  expect(await keptLinks(page)).toBe(0)
  expect(streamIdOf(await makeLink(page))).not.toBe(streamIdOf(link))

  await test.step('a link with a wrong digit names no stream that starts soon', async () => {
    await page.goto(link.replace(/0x(.)/, (_, digit) => `0x${digit === '1' ? '2' : '1'}`))
    await expectWatch(page, 'not-found')
    await expect(page.getByTestId('damaged-link')).toBeVisible()
  })
})
