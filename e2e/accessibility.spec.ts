import { expectAccessible } from './accessibility'
import { rpc } from './chain'
import { expect, test } from './fixtures'
import { expectBroadcast, expectWatch, goLiveButton, openBroadcast } from './pages'
import { installWallet } from './wallet'

test('axe finds no fault on the pages of a viewer, and in their dialogs', async ({ network, page }) => {
  const open = async (address: string, heading: string) => {
    await page.goto(`${network.url}/#/${address}`)
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
  }
  await open('', 'Live video from a browser tab')
  await page.getByRole('button', { name: 'Watch' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expectAccessible(page)
  for (const [address, heading] of [
    ['watch', 'Watch a stream'],
    ['nothing', 'There is no such page'],
    ['watch/0x1234', 'Problem'],
  ] as const) {
    await open(address, heading)
    await expectAccessible(page)
  }

  await open(`watch/0x${'ab'.repeat(32)}`, 'Stream')
  await expectWatch(page, 'not-found')
  for (const id of ['watch-stats', 'watch-sharing']) await page.getByTestId(id).locator('summary').click()
  await expectAccessible(page)
  await page.getByTestId('check-segment').click()
  await expect(page.getByRole('dialog', { name: 'Check a segment' })).toBeVisible()
  await expectAccessible(page)
})

test('axe finds no fault on the page of a broadcaster, and in its dialog', async ({ network, context, page }) => {
  const [address] = (await rpc(network, 'eth_accounts')) as [string]
  await installWallet(page, { address, answer: 'never' })
  await openBroadcast(context, network.url, { opened: page })
  await expectAccessible(page)
  await goLiveButton(page).click()
  await expectBroadcast(page, 'starting')
  await expectAccessible(page)
  await page.getByRole('navigation').getByRole('link', { name: 'Watch' }).click()
  await expect(page.getByRole('alertdialog', { name: 'Cancel the start?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Stay' }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await expectBroadcast(page, 'failed')
  await expectAccessible(page)
})

test('axe finds no fault on the page of a delegator, and in its dialogs', async ({ network, page }) => {
  await page.goto(`${network.url}/#/stake`)
  await page.getByRole('button', { name: 'Get test LPT' }).click()
  await page.getByRole('button', { name: 'Record' }).click()
  await expect(page.getByTestId('transcoder-record')).toHaveAttribute('data-jobs')
  await expect(page.getByTestId('my-balance')).not.toHaveAttribute('data-wei', '0')
  await expectAccessible(page)

  await page.getByTestId('transcoder').getByRole('button', { name: 'Stake' }).click()
  await page.getByLabel('How much LPT?').fill('1,000')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('How much LPT?').fill('1')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByTestId('review')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: /, wallet$/ }).click()
  await expect(page.getByRole('dialog', { name: 'Your wallet' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Connect a wallet' })).toBeVisible()
  await expectAccessible(page)
})

test('axe finds no fault on the page of a voter, and in its dialog', async ({ network, page }) => {
  await page.goto(`${network.url}/#/govern`)
  await expect(page.getByTestId('own-stake')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add to the proposal' }).click()
  await expect(page.getByRole('alert')).toHaveText('Choose a parameter.')
  await expectAccessible(page)

  await page.getByRole('combobox', { name: 'Parameter' }).selectOption('FinderFee (Stake)')
  await page.getByLabel('New value of FinderFee').fill('6')
  await page.getByRole('button', { name: 'Add to the proposal' }).click()
  await page.getByLabel('Why should stakers vote for it?').fill('Finders do more.')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Review the proposal' }).click()
  await expect(page.getByTestId('review')).toContainText('FinderFee from 5 to 6')
  await expectAccessible(page)
})

test('axe finds no fault on the page of a claimant, and in its dialog', async ({ network, page }) => {
  const accounts = (await rpc(network, 'eth_accounts')) as string[]
  await installWallet(page, { address: accounts[8] as string, answer: 'never' })
  await page.goto(`${network.url}/#/claim`)
  await expect(page.getByTestId('allocation')).toHaveAttribute('data-state', 'open')
  await expectAccessible(page)
  await page.getByLabel('Address', { exact: true }).fill('0x1234')
  await page.getByRole('button', { name: 'Look up' }).click()
  await expect(page.getByRole('alert')).toContainText('This is not an address.')
  await expectAccessible(page)
  await page.getByLabel('Address', { exact: true }).fill(`0x${'12'.repeat(20)}`)
  await page.getByRole('button', { name: 'Look up' }).click()
  await expect(page.getByTestId('allocation')).toHaveAttribute('data-state', 'absent')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Show the allocation of my wallet' }).click()
  await page.getByRole('button', { name: 'Claim only' }).click()
  await expect(page.getByTestId('review')).toBeVisible()
  await expectAccessible(page)
})
