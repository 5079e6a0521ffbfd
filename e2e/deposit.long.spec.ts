import type { Page } from '@playwright/test'
import { expectStreamContinues, openViewer } from './audience'
import { broadcasterOf, withdraw } from './chain'
import { expect, test } from './fixtures'
import { expectBroadcast, expectProblem, expectWatch, goLive, openBroadcast, settled, stop, walletOf } from './pages'

const minuteMs = 60_000
const leftMs = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('deposit-left').getAttribute('data-left-ms'))

const addAnHour = (page: Page) => page.getByRole('button', { name: 'Add an hour' })

test('the page shows how long the deposit lasts, warns, and adds an hour while the stream goes on', async ({
  network,
  browser,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  await expect(broadcaster.getByText(/^about .* to go live$/)).toBeVisible()
  const viewer = await openViewer(browser, await goLive(broadcaster))
  await expect.poll(() => leftMs(broadcaster)).toBeGreaterThan(55 * minuteMs)
  await expect(broadcaster.getByRole('alert')).toHaveCount(0)

  // The broadcaster withdraws eleven twelfths of the free deposit, without the page. The free deposit then lasts for five minutes, and the
  // reserve for one minute.
  const address = await walletOf(broadcaster)
  const { deposit } = await broadcasterOf(network, address)
  await withdraw(network, address, (deposit * 11n) / 12n)
  await expectProblem(broadcaster, ['The deposit lasts for less than 10 minutes.', 'Press “Add an hour”.'])
  expect(await leftMs(broadcaster)).toBeLessThanOrEqual(6 * minuteMs)
  await addAnHour(broadcaster).click()
  await expect.poll(() => leftMs(broadcaster)).toBeGreaterThan(60 * minuteMs)
  await expectStreamContinues({ broadcaster, viewer })
  await stop(broadcaster)
  const { feesWei, refundedWei } = await settled(broadcaster)
  expect(feesWei).toBeGreaterThan(0n)
  expect(refundedWei).toBe(0n)
})

test('when the deposit is used up, the page says so and ends the stream, and the viewer reads that it has ended', async ({
  network,
  browser,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  // What remains is the transcoder's part of the reserve, which pays for one minute. The broadcaster cannot withdraw it.
  await withdraw(network, await walletOf(broadcaster), 'all')
  await expectProblem(broadcaster, [
    'The deposit lasts for less than 2 minutes.',
    'When the deposit is used up, viewers see nothing new, and the stream ends.',
  ])
  await expectProblem(broadcaster, [
    'The deposit that the job had reserved is used up: the transcoder accepts no more segments, and viewers see nothing new.',
    'After half a minute, this page ends the stream.',
  ])
  await expectBroadcast(broadcaster, 'live')
  // A transaction would not help.
  await expect(addAnHour(broadcaster)).toHaveCount(0)
  await expectWatch(viewer, /^(reconnecting|silent)$/)
  await expectProblem(broadcaster, [
    'The deposit that the job had reserved is used up, so this page has ended the stream.',
    'To stream again, start a new broadcast.',
  ])
  await expectWatch(viewer, 'ended')
  // The transcoder is paid for all segments that it has accepted.
  expect((await settled(broadcaster)).refundedWei).toBe(0n)
})
