import type { Page } from '@playwright/test'
import { parseEther } from 'viem'
import { watch } from './audience'
import { balanceOf } from './chain'
import { expect, test } from './fixtures'
import {
  expectBroadcast,
  expectCover,
  expectProblem,
  expectWatch,
  goLive,
  openBroadcast,
  received,
  stop,
  walletOf,
} from './pages'
import { stored } from './stored'

const card = (page: Page) => page.getByTestId('payments')
const income = async (page: Page) => BigInt((await page.getByTestId('income').getAttribute('data-due-wei')) ?? '0')

test('a paid stream: the payer plays, the viewer without payment gets the offer, and the broadcaster collects', async ({
  browser,
  network,
}) => {
  const context = await browser.newContext()
  const broadcaster = await openBroadcast(context, network.url)
  await broadcaster.getByRole('radio', { name: 'Paid' }).click()
  await broadcaster.getByLabel('Price a minute').fill('0.003')
  await expect(broadcaster.getByText('Of 0.003 ETH, you get 0.00285 ETH')).toBeVisible()
  await expect(broadcaster.getByText('If this page is closed or loaded again, the stream ends.')).toBeVisible()
  const link = await goLive(broadcaster)
  expect(await stored(broadcaster)).toBe(0)

  const [payer, other] = await Promise.all([1, 2].map(async () => (await browser.newContext()).newPage()))
  if (!payer || !other) throw new RangeError('two pages')
  await test.step('without payment, viewers get the offer, and no picture', async () => {
    for (const page of [payer, other]) {
      await page.goto(link)
      await expectWatch(page, 'locked')
      await expectCover(page, ['This stream is paid.', 'Its price, and the button to pay, are below the picture.'])
      await expectProblem(page, ['This stream costs 0.003 ETH a minute.', 'You pay for each ten seconds'])
    }
  })

  await test.step('the payer puts in ether once, and plays', async () => {
    await payer.getByRole('button', { name: 'Pay and watch' }).click()
    const panel = payer.getByTestId('pay-panel')
    await panel.getByLabel('Put in').fill('0.1')
    await panel.getByRole('button', { name: 'Top up' }).click()
    const review = payer.getByTestId('review')
    await review.getByRole('button', { name: 'Put in 0.1 ETH' }).click()
    await expect(card(payer)).toHaveAttribute('data-state', 'paying')
    const paidMs = Date.now()
    await expectWatch(payer, 'live')
    console.log(`first picture ${Date.now() - paidMs} ms after the payment`)
    await watch(payer, 12)
  })

  await test.step('after a reload, the payer pays and plays with one click', async () => {
    await payer.reload()
    await payer.getByRole('button', { name: 'Pay and watch' }).click()
    const paidMs = Date.now()
    await expectWatch(payer, 'live')
    console.log(`first picture ${Date.now() - paidMs} ms after the click`)
    await expectWatch(other, 'locked')
    expect((await received(other)).fromRelays).toBe(0)
  })

  await test.step('the broadcaster sees its income, and collects it', async () => {
    await expect(broadcaster.getByText('Income')).toBeVisible()
    await payer.context().close()
    await stop(broadcaster)
    // All cheques have come.
    await expectBroadcast(broadcaster, 'settled')
    const due = await expect
      .poll(() => income(broadcaster))
      .toBeGreaterThanOrEqual(parseEther('0.00095'))
      .then(() => income(broadcaster))
    const wallet = await walletOf(broadcaster)
    const before = await balanceOf(network, wallet)
    await broadcaster.getByRole('button', { name: 'Collect to wallet' }).click()
    await expect(broadcaster.getByTestId('income')).toHaveCount(0)
    // The network fee of the transaction is far below a tenth of the income. The deposit can have returned, too.
    expect((await balanceOf(network, wallet)) - before).toBeGreaterThan((due * 9n) / 10n)
  })
})
