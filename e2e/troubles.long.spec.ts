import { depositOf, setAvailable } from './chain'
import { expect, test } from './fixtures'
import { expectBroadcast, expectProblem, goLive, goLiveButton, openBroadcast, stop, walletOf } from './pages'

test('no transcoder is free when the job is posted: the next attempt uses the same deposit', async ({
  network,
  context,
}) => {
  const page = await openBroadcast(context, network.url)
  const address = await walletOf(page)
  await setAvailable(network, false)
  await goLiveButton(page).click()
  await expectProblem(page, ['No transcoder was free at this price.', 'Your deposit is safe.'])
  await expectBroadcast(page, 'failed')
  const before = await depositOf(network, address)

  // No transcoder accepts new jobs now, and the page has read the new state from the chain.
  await page.getByRole('button', { name: 'Try again' }).click()
  await expectProblem(page, ['No transcoder is available right now.', 'Try again in a minute.'])
  await expectBroadcast(page, 'failed')

  await setAvailable(network, true)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(goLiveButton(page)).toBeEnabled()
  await goLive(page)
  expect(await depositOf(network, address)).toBeGreaterThanOrEqual(before)
  await stop(page)
  await expectBroadcast(page, 'settled')
})
