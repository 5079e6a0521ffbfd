import type { Page } from '@playwright/test'
import { getAddress, parseEther } from 'viem'
import { rpc } from './chain'
import { expect, test } from './fixtures'
import { connectStaking } from './staking'
import { installWallet } from './wallet'

const card = (page: Page) => page.getByTestId('allocation')

async function lookUp(page: Page, address: string) {
  const field = page.getByLabel('Address', { exact: true })
  await field.fill(address)
  await field.press('Enter')
}

async function confirm(page: Page, title: string, button: string) {
  const dialog = page.getByRole('dialog', { name: title })
  await expect(dialog.getByTestId('review')).toContainText('What you can lose')
  const action = dialog.getByRole('button', { name: button })
  await expect(action).toBeEnabled()
  await action.press('Enter')
  await expect(dialog).toBeHidden({ timeout: 20_000 })
}

test('on a phone and with the keyboard, a person looks up addresses, claims for another account, and claims and stakes its own allocation', async ({
  browser,
  network,
}) => {
  const chain = await connectStaking(network)
  const accounts = (await rpc(network, 'eth_accounts')) as `0x${string}`[]
  const [own, other] = [accounts[4], accounts[5]] as [`0x${string}`, `0x${string}`]
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage()
  await installWallet(page, { address: own, answer: 'send' })
  await chain.mineOnDemand()
  await chain.advanceRounds(1)
  await page.goto(`${network.url}/#/claim`)

  try {
    await test.step('the page shows the allocation of the wallet, and fits on the phone', async () => {
      await expect(card(page)).toHaveAttribute('data-state', 'open')
      await expect(card(page)).toHaveAttribute('data-wei', String(parseEther('2500')))
      await expect(card(page)).toContainText('2,500 LPT')
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    })

    await test.step('it says what is wrong with an address, and that an address is not in the list', async () => {
      await lookUp(page, '0x1234')
      await expect(page.getByRole('alert')).toContainText('This is not an address.')
      await lookUp(page, getAddress(own).replace('A', 'a'))
      await expect(page.getByRole('alert')).toContainText('A digit of this address is mistyped.')
      await lookUp(page, '0x00000000000000000000000000000000000A11cE')
      await expect(card(page)).toHaveAttribute('data-state', 'absent')
      await expect(card(page)).toContainText('This address is not in the list.')
    })

    await test.step('the person claims for another account, which gets the LPT', async () => {
      const [mine, theirs] = [await chain.balanceOf(own), await chain.balanceOf(other)]
      await lookUp(page, other.toLowerCase())
      await card(page).getByRole('button', { name: 'Claim for' }).press('Enter')
      await confirm(page, 'Claim 2,000 LPT', 'Claim')
      await expect(card(page)).toHaveAttribute('data-state', 'claimed')
      expect((await chain.balanceOf(other)) - theirs).toBe(parseEther('2000'))
      expect(await chain.balanceOf(own)).toBe(mine)
    })

    await test.step('the person claims its own allocation, and stakes it in the next step of the same dialog', async () => {
      await page.getByRole('button', { name: 'Show the allocation of my wallet' }).press('Enter')
      await expect(card(page)).toHaveAttribute('data-state', 'open')
      await expect(page.getByRole('button', { name: 'Claim and stake' })).toBeDisabled()
      const list = page.getByRole('combobox', { name: 'Stake with which transcoder' })
      await list.selectOption(getAddress(chain.operator))
      await page.getByRole('button', { name: 'Claim and stake' }).press('Enter')
      await confirm(page, 'Claim 2,500 LPT', 'Claim')
      await expect(page.getByRole('dialog').getByRole('heading', { name: 'Stake 2,500 LPT' })).toBeFocused()
      await confirm(page, 'Stake 2,500 LPT', 'Stake')
      await expect(card(page)).toHaveAttribute('data-state', 'claimed')
      // The contract stores the stake as a number of shares, and rounds the value of the shares down.
      expect(parseEther('2500') - (await chain.stakeOf(own))).toBeLessThanOrEqual(1n)
      expect(await chain.balanceOf(own)).toBe(0n)
      await expect(page.getByRole('button', { name: /stake/i })).toHaveCount(0)
    })

    await test.step('after a reload, the page still says that the allocation is claimed', async () => {
      await page.reload()
      await expect(card(page)).toHaveAttribute('data-state', 'claimed')
    })
  } finally {
    await chain.advanceRounds(1)
    await chain.unstakeFor(own)
    await chain.mineEverySecond()
  }
})

test('a site without the list, and a site with a false list, say so', async ({ browser, network }) => {
  const accounts = (await rpc(network, 'eth_accounts')) as string[]
  const page = await (await browser.newContext()).newPage()
  await page.route('**/genesis/**', (route) => route.fulfill({ status: 404 }))
  await page.goto(`${network.url}/#/claim`)
  await lookUp(page, accounts[6] as string)
  await expect(page.getByRole('alert')).toContainText(
    'This site does not have the list of allocations of this network.',
  )
  await page.unroute('**/genesis/**')
  await page.route('**/genesis/**/97.json', async (route) => {
    const body = (await (await route.fetch()).text()).replace('1500000', '9500000')
    await route.fulfill({ body, contentType: 'application/json' })
  })
  await page.reload()
  await lookUp(page, accounts[6] as string)
  await expect(page.getByRole('alert')).toContainText('The list of allocations on this site does not fit the contract.')
  await expect(card(page)).not.toHaveAttribute('data-state', 'open')
})
