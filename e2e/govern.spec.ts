import type { Page } from '@playwright/test'
import { type Hex, parseEther } from 'viem'
import { mineBlocks, rpc } from './chain'
import { expect, test } from './fixtures'
import { walletOf } from './pages'
import { connectStaking } from './staking'

/** The voting period of the local preset, in blocks. */
const votingBlocks = 60
const receiver = '0x00000000000000000000000000000000000A11cE'

async function choose(page: Page, list: string, option: string) {
  await page.getByRole('combobox', { name: list }).selectOption(option)
}

async function confirm(page: Page, name: string) {
  const review = page.getByTestId('review')
  await expect(review).toContainText('What you can lose')
  await review.getByRole('button', { name }).click()
  await expect(review).toBeHidden({ timeout: 20_000 })
}

test('a staker proposes on the page to change a parameter, to pay from the CommonPool and to replace the verifier, votes for it, and executes it', async ({
  browser,
  network,
}) => {
  const chain = await connectStaking(network)
  const [verifier, lockAmount] = [await chain.verifier(), await chain.lockAmount()]
  await chain.mineOnDemand()
  await chain.advanceRounds(1)
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${network.url}/#/govern`)
  await expect(page.getByTestId('own-stake')).toHaveAttribute('data-wei', '0')
  const account = (await walletOf(page)) as Hex
  const proposal = page.getByTestId('proposal').first()
  const amountOf = async (id: string) => BigInt((await page.getByTestId(id).getAttribute('data-wei')) as string)

  try {
    await test.step('the page shows the stake of the account and the CommonPool', async () => {
      await chain.stakeFor(account, parseEther('20000'))
      expect(await chain.register()).toBe(true)
      await chain.slash()
      await expect.poll(() => amountOf('own-stake')).toBeGreaterThan(parseEther('19999'))
      await expect.poll(async () => (await amountOf('pool-lpt')) === (await chain.commonPool())).toBe(true)
      expect(await chain.commonPool()).toBeGreaterThanOrEqual(parseEther('1'))
    })

    await test.step('the page refuses a value out of bounds, and a payment that the pool cannot pay', async () => {
      await choose(page, 'Parameter', 'RoundLockAmount (Rounds)')
      const value = page.getByLabel('New value of RoundLockAmount')
      await expect(value).toHaveValue('10')
      await value.fill('60')
      await value.press('Enter')
      await expect(page.getByRole('alert')).toHaveText('Enter a number from 0 to 50 %.')
      await value.fill('20')
      await value.press('Enter')
      await expect(page.getByText('RoundLockAmount from 10 to 20 %')).toBeVisible()

      await choose(page, 'What to decide', 'Pay from the CommonPool')
      await page.getByLabel('Amount in LPT').fill('1000')
      await page.getByLabel('To which address').fill(receiver)
      await page.getByRole('button', { name: 'Add to the proposal' }).click()
      await expect(page.getByRole('alert')).toContainText('The CommonPool holds less than this amount.')
      await page.getByLabel('Amount in LPT').fill('0.5')
      await page.getByRole('button', { name: 'Add to the proposal' }).click()
      await expect(page.getByText('Pay 0.5 LPT from the CommonPool to 0x0000…11cE')).toBeVisible()

      await choose(page, 'What to decide', 'Seat another verifier')
      await page.getByLabel('Address of the contract').fill(chain.contract)
      await page.getByRole('button', { name: 'Add to the proposal' }).click()
      await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(3)
    })

    await test.step('the staker proposes', async () => {
      await page.getByLabel('Why should stakers vote for it?').fill('Three things at once: <b>cheap</b>.')
      await page.getByRole('button', { name: 'Review the proposal' }).click()
      await confirm(page, 'Propose')
      await expect(proposal).toHaveAttribute('data-state', 'pending')
      await expect(proposal).toContainText('Three things at once: <b>cheap</b>.')
      await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(0)
    })

    await test.step('after the round, the staker takes its part out of the vote of the relay, and votes for the proposal', async () => {
      await chain.advanceRounds(1)
      await expect(proposal).toHaveAttribute('data-state', 'active')
      await proposal.getByRole('group').getByRole('button', { name: 'For' }).click()
      await confirm(page, 'Vote for it')
      await expect(proposal).toContainText('Your part of the stake has voted.')
      await expect(proposal).toContainText('(reached)')
    })

    await test.step('after the vote, any account queues the proposal, and executes it after the delay', async () => {
      await mineBlocks(network, votingBlocks)
      await proposal.getByRole('button', { name: 'Queue' }).click()
      await confirm(page, 'Queue')
      await expect(proposal).toHaveAttribute('data-state', 'queued')
      await rpc(network, 'evm_increaseTime', 10)
      await mineBlocks(network, 1)
      await proposal.getByRole('button', { name: 'Execute' }).click()
      await confirm(page, 'Execute')
      await expect(proposal).toHaveAttribute('data-state', 'executed')
    })

    await test.step('the chain and the page have the new verifier, the payment, and in the next round the new parameter', async () => {
      expect((await chain.verifier()).toLowerCase()).toBe(chain.contract.toLowerCase())
      expect(await chain.balanceOf(receiver)).toBe(parseEther('0.5'))
      await expect.poll(async () => (await amountOf('pool-lpt')) === (await chain.commonPool())).toBe(true)
      await chain.advanceRounds(1)
      expect(await chain.lockAmount()).toBe(200_000n)
      const row = page.locator('[data-parameter="roundsManager.roundLockAmount"]')
      await expect(row).toHaveAttribute('data-value', '200000')
      await row.getByText('1 change', { exact: true }).click()
      await expect(row).toContainText('10 to 20 %')
      // After its execution, the page still says which value the proposal has changed.
      await expect(proposal).toContainText('RoundLockAmount from 10 to 20 %')
    })
  } finally {
    // The stake can change only in an initialized round.
    await chain.advanceRounds(1)
    await chain.unstakeFor(account)
    await chain.undoVotes(verifier, lockAmount)
    await chain.resign()
    await chain.mineEverySecond()
  }
})
