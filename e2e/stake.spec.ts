import type { Page } from '@playwright/test'
import { formatUnits, parseEther } from 'viem'
import { blockNumber, gainedSince } from './chain'
import { expect, test } from './fixtures'
import { goLive, openBroadcast, segmentCount, settled, stop, walletOf } from './pages'
import { connectStaking, unbondingRounds } from './staking'

const wei = async (page: Page, id: string): Promise<bigint> =>
  BigInt((await page.getByTestId(id).getAttribute('data-wei')) as string)

/** Expects that the page shows exactly the value of the chain. */
const expectShown = (page: Page, id: string, readChain: () => Promise<bigint>) =>
  expect.poll(async () => (await wei(page, id)) === (await readChain())).toBe(true)

/** Expects that the amount on the page differs from the exact amount by at most 0.05 %. */
async function expectDigits(page: Page, id: string, amountWei: bigint) {
  const decimals = { ETH: 18, Gwei: 9, wei: 0 }
  const text = await page.getByTestId(id).locator('..').textContent()
  const [, value, unit] = /([\d.]+)\s*(ETH|Gwei|wei)/.exec(text ?? '') ?? []
  const exact = Number(formatUnits(amountWei, decimals[unit as keyof typeof decimals]))
  expect(Math.abs(Number(value) - exact)).toBeLessThanOrEqual(exact * 0.000_5)
}

const transcoderRow = (page: Page, address: string) =>
  page.locator(`[data-testid=transcoder][data-address="${address}" i]`)

async function review(page: Page, amount?: string) {
  if (amount !== undefined) {
    await page.getByLabel('How much LPT?').fill(amount)
    await page.getByRole('button', { name: 'Review' }).click()
  }
  const step = page.getByTestId('review')
  await expect(step).toContainText('What you can lose')
  return step
}

async function confirm(page: Page, name: string, amount?: string) {
  await (await review(page, amount)).getByRole('button', { name }).click()
  await expect(page.getByTestId('review')).toBeHidden({ timeout: 20_000 })
}

test.afterEach(async ({ network }) => {
  await (await connectStaking(network)).mineEverySecond()
})

test('a delegator stakes, earns a reward and fees, moves the stake, unstakes a part and withdraws it; the page shows the values of the chain', async ({
  browser,
  network,
}) => {
  const chain = await connectStaking(network)
  await chain.mineOnDemand()
  // Stakes can change only in an initialized round, so the test begins a round and initializes it.
  await chain.advanceRounds(1)
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${network.url}/#/stake`)
  await expect(page.getByTestId('my-stake')).toHaveAttribute('data-wei', '0')
  const account = await walletOf(page)
  const stake = () => chain.stakeOf(account)
  const balance = () => chain.balanceOf(account)

  await test.step('the delegator gets test LPT and stakes a part of it with the relay, with one signature', async () => {
    await page.getByRole('button', { name: 'Get test LPT' }).click()
    await expect(page.getByTestId('my-balance')).toHaveAttribute('data-wei', String(parseEther('1000')))
    await transcoderRow(page, chain.operator).getByRole('button', { name: 'Stake' }).click()
    await confirm(page, 'Stake', '600.5')
    // The contract stores the stake as a number of shares, and rounds the value of the shares down.
    expect(parseEther('600.5') - (await stake())).toBeLessThanOrEqual(1n)
    await expectShown(page, 'my-stake', stake)
    await expectShown(page, 'my-balance', balance)
  })

  await test.step('on a phone, the stake and its buttons are on the first screen', async () => {
    const size = page.viewportSize()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.evaluate(() => scrollTo(0, 0))
    await expect(page.getByTestId('my-stake')).toBeInViewport({ ratio: 1 })
    await expect(page.getByRole('button', { name: 'Unstake' })).toBeInViewport({ ratio: 1 })
    if (size) await page.setViewportSize(size)
  })

  await test.step('the stake grows by the reward of a round', async () => {
    await chain.advanceRounds(1)
    await chain.reward()
    await expect.poll(async () => (await wei(page, 'my-stake')) > parseEther('600.5')).toBe(true)
    await expectShown(page, 'my-stake', stake)
    await expect(transcoderRow(page, chain.operator)).toContainText('Minted its reward of this round')
  })

  await test.step('a stream is transcoded and paid, and the delegator gets its share of the fees', async () => {
    const block = await blockNumber(network)
    await chain.mineEverySecond()
    const broadcaster = await openBroadcast(await browser.newContext(), network.url)
    const link = await goLive(broadcaster)
    await expect.poll(() => segmentCount(network, link)).toBeGreaterThanOrEqual(3)
    await stop(broadcaster)
    const { feesWei } = await settled(broadcaster)
    await broadcaster.context().close()
    await chain.mineOnDemand()
    // The fees of a round can be withdrawn when the next round has begun.
    await chain.advanceRounds(1)
    const shares = await chain.feesShared(block)
    expect(shares.map(({ amount }) => amount)).toContain(feesWei)
    // All shared fees go to this delegator. The division for each payment loses less than 1 wei.
    const shared = shares.reduce((sum, { shared }) => sum + shared, 0n)
    const fees = await chain.feesOf(account)
    expect(shared - fees).toBeLessThanOrEqual(BigInt(shares.length))
    expect(fees).toBeGreaterThan(0n)
    expect(fees).toBeLessThanOrEqual(shared)
    await expect(page.getByTestId('my-fees')).toHaveAttribute('data-wei', String(fees))
    await expectDigits(page, 'my-fees', fees)
  })

  await test.step('the record of the transcoder shows the work', async () => {
    const row = transcoderRow(page, chain.operator)
    await row.getByRole('button', { name: 'Record' }).click()
    const shown = async () => ({ ...(await row.getByTestId('transcoder-record').evaluate(({ dataset }) => dataset)) })
    await expect.poll(shown).toMatchObject(await chain.record())
  })

  await test.step('the page of the economy shows the same work', async () => {
    const { jobs, segments, feesWei } = await chain.record()
    await page.goto(`${network.url}/#/economy`)
    const row = page.locator(`[data-testid=transcoder-work][data-address="${chain.operator}" i]`)
    await expect(row).toHaveAttribute('data-jobs', jobs)
    await expect(row).toHaveAttribute('data-segments', segments)
    await expect(page.getByTestId('all-fees')).toHaveAttribute('data-wei', feesWei)
    await page.goto(`${network.url}/#/stake`)
  })

  await test.step('the page of the transcoder shows its rewards and its delegators, and adds to the stake', async () => {
    await transcoderRow(page, chain.operator)
      .getByRole('link', { name: /^Details/ })
      .click()
    await expect(page.getByTestId('reward-calls')).toHaveText(/^[1-9]\d* of [1-9]\d*$/)
    await expect(page.getByTestId('delegators')).toHaveText(/^[1-9]/)
    await page.getByRole('button', { name: 'Add stake' }).click()
    await expect(page.getByLabel('How much LPT?')).toBeFocused()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'All transcoders' }).click()
  })

  await test.step('the delegator withdraws the fees to its wallet', async () => {
    const block = await blockNumber(network)
    const fees = await chain.feesOf(account)
    await page.getByRole('button', { name: 'Withdraw fees' }).click()
    await confirm(page, 'Withdraw')
    expect(await gainedSince(network, { address: account, block })).toBe(fees)
    await expect(page.getByTestId('my-fees')).toHaveAttribute('data-wei', '0')
  })

  await test.step('the delegator moves its stake to another transcoder, and the page says why a second move is not possible', async () => {
    expect(await chain.register()).toBe(true)
    await transcoderRow(page, chain.other).getByRole('button', { name: 'Move here' }).click()
    await confirm(page, 'Move my stake')
    await expect(transcoderRow(page, chain.other)).toContainText('Your transcoder')
    await expectShown(page, 'my-stake', stake)
    await transcoderRow(page, chain.operator).getByRole('button', { name: 'Move here' }).click()
    const step = await review(page)
    await expect(step.getByRole('alert')).toContainText('so you cannot move it again yet')
    await expect(step.getByRole('button', { name: 'Move my stake' })).toBeDisabled()
    await step.getByRole('button', { name: 'Cancel' }).click()
  })

  await test.step('the delegator unstakes a part of the stake, and the part is locked for the unbonding period', async () => {
    await page.getByRole('button', { name: 'Unstake' }).click()
    await confirm(page, 'Unstake', '200')
    await expectShown(page, 'my-stake', stake)
    const lock = page.getByTestId('lock')
    await expect(lock).toHaveAttribute('data-amount-wei', String(await chain.lockOf(account, 0n)))
    await expect(lock).toHaveAttribute('data-withdrawable', 'false')
    await chain.advanceRounds(unbondingRounds)
    await expect(lock).toHaveAttribute('data-withdrawable', 'true')
    await expect(lock).toHaveAttribute('data-amount-wei', String(await chain.lockOf(account, 0n)))
  })

  await test.step('the delegator withdraws the LPT to its wallet', async () => {
    const before = await balance()
    const amount = await chain.lockOf(account, 0n)
    await page.getByTestId('lock').getByRole('button', { name: 'Withdraw' }).click()
    await confirm(page, 'Withdraw')
    expect(await balance()).toBe(before + amount)
    await expectShown(page, 'my-balance', balance)
    await expect(page.getByTestId('lock')).toHaveCount(0)
  })

  expect(await chain.resign()).toBe(true)
  await expect(page.getByRole('alert').filter({ hasText: 'This transcoder has resigned.' })).toBeVisible()
})
