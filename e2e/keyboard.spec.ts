import type { Page } from '@playwright/test'
import { parseEther } from 'viem'
import { expect, test } from './fixtures'
import { pressEnterOn, tabTo } from './keyboard'
import { walletOf } from './pages'
import { connectStaking } from './staking'

// These tests do what a person without a mouse does. Each test opens the address, and then uses only `page.keyboard`.

const linkTo = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

test('with the keyboard alone, a delegator stakes, and takes the stake back', async ({ network, page }) => {
  const chain = await connectStaking(network)
  await chain.mineOnDemand()
  // Stakes can change only in an initialized round.
  await chain.advanceRounds(1)
  try {
    await page.goto(network.url)
    await pressEnterOn(page, linkTo(page, 'Stake'))
    await expect(heading(page, 'Stake')).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'Get test LPT' }))
    await expect(page.getByTestId('my-balance')).toHaveAttribute('data-wei', String(parseEther('1000')))
    const account = await walletOf(page)

    await pressEnterOn(page, page.getByTestId('transcoder').getByRole('button', { name: 'Stake' }))
    await expect(page.getByLabel('How much LPT?')).toBeFocused()
    await page.keyboard.type('5')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('review')).toContainText('What you can lose')
    await pressEnterOn(page, page.getByTestId('review').getByRole('button', { name: 'Stake' }))
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect.poll(() => chain.stakeOf(account)).toBeGreaterThanOrEqual(parseEther('5') - 1n)
    await expect(page.locator('body')).not.toBeFocused()

    await pressEnterOn(page, page.getByRole('button', { name: 'Unstake' }))
    await expect(page.getByLabel('How much LPT?')).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'All', exact: true }))
    await pressEnterOn(page, page.getByRole('button', { name: 'Review' }))
    await pressEnterOn(page, page.getByTestId('review').getByRole('button', { name: 'Unstake' }))
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect.poll(() => chain.stakeOf(account)).toBe(0n)
    await expect(page.locator('body')).not.toBeFocused()
  } finally {
    await chain.mineEverySecond()
  }
})

test('with the keyboard alone, an operator copies the commands of a relay, looks at its page, and prepares a proposal', async ({
  network,
  browser,
}) => {
  const page = await (await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })).newPage()
  await page.goto(network.url)
  await pressEnterOn(page, linkTo(page, 'Stake'))
  await expect(page.getByTestId('my-balance')).toBeVisible()
  for (const command of [/npx lp-relay key$/, /npx lp-relay --rpc .* --stake/, /npx lp-relay status$/]) {
    const copy = page.getByTestId('become').getByRole('button', { name: command })
    await pressEnterOn(page, copy)
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(command)
    await expect(copy).toBeFocused()
  }
  await pressEnterOn(page, page.getByTestId('transcoder').getByRole('link', { name: /^Details/ }))
  await expect(heading(page, 'Transcoder')).toBeFocused()
  await expect(page.getByTestId('delegators')).toBeVisible()
  await pressEnterOn(page, page.getByRole('link', { name: 'All transcoders' }))
  await expect(heading(page, 'Stake')).toBeFocused()

  await pressEnterOn(page, linkTo(page, 'Govern'))
  await expect(heading(page, 'Govern')).toBeFocused()
  const parameter = page.getByRole('combobox', { name: 'Parameter' })
  await tabTo(page, parameter)
  await page.keyboard.type('FinderFee')
  await expect(parameter.locator('option:checked')).toHaveText('FinderFee (Stake)')
  await tabTo(page, page.getByLabel('New value of FinderFee'))
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('6')
  await page.keyboard.press('Enter')
  await expect(page.getByText('FinderFee from 5 to 6 %')).toBeVisible()
  await tabTo(page, page.getByLabel('Why should stakers vote for it?'))
  await page.keyboard.type('Finders do more.')
  const review = page.getByRole('button', { name: 'Review the proposal' })
  await pressEnterOn(page, review)
  await expect(page.getByTestId('review')).toContainText('FinderFee from 5 to 6')
  await page.keyboard.press('Escape')
  await expect(review).toBeFocused()
})
