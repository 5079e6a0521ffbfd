import type { Page } from '@playwright/test'
import { decodeEventLog, encodeEventTopics, type Hex, padHex, parseAbi } from 'viem'
import { openViewer, watch } from './audience'
import { balanceOf, rpc } from './chain'
import { expect, test } from './fixtures'
import { type Network, startNetwork } from './network'
import { expectProblem, expectWatch, goLive, openBroadcast, stop, walletOf } from './pages'

const abi = parseAbi(['event ChequeCashed(address indexed issuer, address beneficiary, uint256 amount)'])

/** In gwei for a GB: some seconds of a small stream are worth the gas of a cash-out. */
const relayPrice = '300000000'

const card = (page: Page) => page.getByTestId('payments')
const expectPayments = (page: Page, state: string) => expect(card(page)).toHaveAttribute('data-state', state)
const wei = async (page: Page, name: 'spent' | 'left'): Promise<bigint> =>
  BigInt((await card(page).getAttribute(`data-${name}-wei`)) ?? '-1')

/** What the Chequebook contract has paid for the cheques of this wallet. */
async function cashed(network: Network, issuer: string): Promise<bigint> {
  const topics = [encodeEventTopics({ abi, eventName: 'ChequeCashed' })[0], padHex(issuer as Hex, { size: 32 })]
  const logs = (await rpc(network, 'eth_getLogs', { fromBlock: '0x0', topics })) as { data: Hex; topics: [Hex] }[]
  return logs.reduce((sum, log) => sum + decodeEventLog({ abi, ...log }).args.amount, 0n)
}

async function setLimit(page: Page, ether: string): Promise<void> {
  await page.getByLabel('Stop paying at').fill(ether)
  await page.getByRole('button', { name: 'Set', exact: true }).click()
}

test('a viewer pays with one transaction, stops at its limit, and withdraws the rest; the relay gets on chain what the viewer spent', async ({
  browser,
}) => {
  const network = await startNetwork('--relay-price', relayPrice, '--free-rate', '0')
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)

  const viewer = await (await browser.newContext()).newPage()
  await viewer.goto(link)
  await expectPayments(viewer, 'unpaid')
  await expectProblem(viewer, ['The free part of this stream is used up.', 'Pay for the stream'])
  await viewer.getByRole('button', { name: 'Pay for the stream' }).first().click()
  const panel = viewer.getByTestId('pay-panel')
  await expect(panel).toHaveAttribute('data-deposit-wei', '0')
  const wallet = await walletOf(viewer)
  await panel.getByLabel('Put in').fill('0.5')
  await panel.getByRole('button', { name: 'Top up' }).click()
  const review = viewer.getByTestId('review')
  await expect(review).toContainText('What you can lose')
  await review.getByRole('button', { name: 'Put in 0.5 ETH' }).click()
  await expectPayments(viewer, 'paying')
  await expectWatch(viewer, 'live')
  await watch(viewer, 10)
  expect(await wei(viewer, 'spent')).toBeGreaterThan(0n)

  // The same browser pays after a reload, without the wallet.
  const before = await wei(viewer, 'left')
  await viewer.reload()
  await expectPayments(viewer, 'paying')
  await watch(viewer, 4)
  expect(await wei(viewer, 'left')).toBeLessThanOrEqual(before)

  // Another tab of the browser must not use the same cheques.
  const tab = await viewer.context().newPage()
  await tab.goto(link)
  await expectPayments(tab, 'elsewhere')
  await tab.close()

  await viewer.getByText('Payments', { exact: true }).click()
  await setLimit(viewer, '0.000001')
  await expectPayments(viewer, 'limit')
  await setLimit(viewer, '')
  await expectPayments(viewer, 'paying')
  await watch(viewer, 2)

  await viewer.getByRole('button', { name: 'Top up or withdraw' }).click()
  await viewer.getByRole('button', { name: 'Announce a withdrawal' }).click()
  const withdrawal = viewer.getByTestId('withdrawal')
  await expect(withdrawal).toHaveAttribute('data-state', 'announced')
  await expect(withdrawal).toHaveAttribute('data-state', 'due')
  const rest = BigInt((await panel.getAttribute('data-deposit-wei')) ?? '')
  const held = await balanceOf(network, wallet)
  await withdrawal.getByRole('button', { name: 'Withdraw to wallet' }).click()
  await expect(panel).toHaveAttribute('data-deposit-wei', '0')
  expect((await balanceOf(network, wallet)) - held).toBeGreaterThan(rest - 10n ** 15n)
  // The relay has cashed all cheques before the withdrawal.
  expect((await cashed(network, wallet)) + rest).toBe(5n * 10n ** 17n)
  expect(await cashed(network, wallet)).toBeGreaterThan(0n)
  await stop(broadcaster)
  await network.stop()
})

test('a viewer of a free stream loads no code of payments after the first seconds, and sees no card', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  await watch(viewer, 10)
  await expect(card(viewer)).toHaveCount(0)
  const files = await viewer.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  expect(files.filter((name) => /\/(engine|PaymentCard|PayPanel)-/.test(name))).toEqual([])
  await stop(broadcaster)
})
