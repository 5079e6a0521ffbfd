import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'
import { expectWatch, goLive, openBroadcast } from './pages'

// While a stream is live, its pages have controls, dialogs and messages that no other state has.

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
