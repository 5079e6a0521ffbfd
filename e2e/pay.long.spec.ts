import type { Page } from '@playwright/test'
import {
  decodeAbiParameters,
  encodeEventTopics,
  type Hex,
  padHex,
  parseAbi,
  parseAbiParameters,
  parseEther,
} from 'viem'
import { openViewer, watch } from './audience'
import { balanceOf, rpc } from './chain'
import { expect, test } from './fixtures'
import { type Network, type OperatorStatus, startNetwork } from './network'
import {
  chooseQuality,
  expectProblem,
  expectWatch,
  goLive,
  openBroadcast,
  received,
  settled,
  stop,
  walletOf,
} from './pages'
import { startPaidRelay } from './paidRelay'

const abi = parseAbi(['event ChequeCashed(address indexed issuer, address beneficiary, uint256 amount)'])

/** In gwei for a GB: so high that some seconds of a small stream are worth the gas of a cash-out. */
const [wholesale, retail] = ['200000000', '300000000']

const card = (page: Page) => page.getByTestId('payments')
const panel = (page: Page) => page.getByTestId('pay-panel')
const expectPayments = (page: Page, state: string | RegExp) => expect(card(page)).toHaveAttribute('data-state', state)
const wei = async (page: Page, name: 'spent' | 'earned' | 'promised' | 'left'): Promise<bigint> =>
  BigInt((await card(page).getAttribute(`data-${name}-wei`)) ?? '-1')

/** What the relay says that it has earned and paid, in wei. `of`: only what this peer has paid. */
function bookOf({ payments }: OperatorStatus, of?: string): { earned: bigint; paid: bigint } {
  const peers = (payments?.peers ?? []).filter(({ party }) => !of || party === of.toLowerCase())
  const sum = (key: 'earned' | 'paid') => peers.reduce((total, peer) => total + BigInt(peer[key]), 0n)
  return { earned: sum('earned'), paid: sum('paid') }
}

/** What the Chequebook contract has paid for the cheques of this issuer. */
async function cashed(network: Network, issuer: string): Promise<bigint> {
  const [topic] = encodeEventTopics({ abi, eventName: 'ChequeCashed' })
  const topics = [topic, padHex(issuer as Hex, { size: 32 })]
  const logs = (await rpc(network, 'eth_getLogs', { fromBlock: '0x0', topics })) as { data: Hex }[]
  const amountOf = ({ data }: { data: Hex }) => decodeAbiParameters(parseAbiParameters('address, uint256'), data)[1]
  return logs.reduce((sum, log) => sum + amountOf(log), 0n)
}

async function topUp(page: Page, ether: string): Promise<void> {
  await panel(page).getByLabel('Put in').fill(ether)
  await panel(page).getByRole('button', { name: 'Top up' }).click()
  const review = page.getByTestId('review')
  await expect(review).toContainText('What you can lose')
  await review.getByRole('button', { name: `Put in ${ether} ETH` }).click()
  await expect(review).toHaveCount(0)
}

async function setLimit(page: Page, ether: string): Promise<void> {
  await page.getByLabel('Stop paying at').fill(ether)
  await page.getByRole('button', { name: 'Set', exact: true }).click()
}

/** What the test has started. A test that fails must not leave processes, because they use the CPU of the next test. */
const started: { stop(): Promise<unknown> }[] = []
test.afterEach(async () => {
  for (const process of started.splice(0).reverse()) await process.stop()
})

test('a viewer pays a relay without stake, the relay pays the transcoder, and all books and the chain agree to the wei', async ({
  browser,
}) => {
  const network = await startNetwork('--relay-price', wholesale, '--free-rate', '0')
  started.push(network)
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)

  const context = await browser.newContext()
  await context.addInitScript(() => localStorage.setItem('lp.sharing', '{"uploads":false}'))
  const viewer = await context.newPage()
  await test.step('without free bytes, a viewer without a wallet reads the price before the first picture', async () => {
    await viewer.goto(link)
    await expectPayments(viewer, 'unpaid')
    await expectProblem(viewer, ['No relay sends you this stream free of charge now.', 'Pay for the stream'])
    await expectWatch(viewer, 'unpaid')
  })

  const terms = ['--relay-price', retail, '--max-price', wholesale, '--free-rate', '0.02', '--free-start', '1']
  const relay = await startPaidRelay(network, link, ...terms)
  started.push(relay)
  const wallet = await test.step('one transaction lets the browser pay, until the deposit is used up', async () => {
    // The viewer accepts the highest price that it knows, so it must have met the relay.
    await expect(card(viewer)).toHaveAttribute('data-price-wei', retail)
    await viewer.getByRole('button', { name: 'Pay for the stream' }).first().click()
    await expect(panel(viewer)).toHaveAttribute('data-deposit-wei', '0')
    await topUp(viewer, '0.0022')
    await expectPayments(viewer, 'paying')
    await expectWatch(viewer, 'live')
    // The least deposit pays for 20 s of a stream of 2.5 Mbit/s. The pictures of a fake camera need a tenth of that, and lower levels less.
    await chooseQuality(viewer, /source/)
    await expect(card(viewer)).toHaveAttribute('data-state', 'empty', { timeout: 480_000 })
    await expectProblem(viewer, ['Your deposit does not cover the next payment.', 'Top up to go on.'])
    return walletOf(viewer)
  })

  await test.step('after a top-up, the stream goes on', async () => {
    await topUp(viewer, '0.5')
    await expectPayments(viewer, 'paying')
    await watch(viewer, 10)
    await expectWatch(viewer, 'live')
  })

  await test.step('a viewer that uploads pays nothing', async () => {
    const uploader = await openViewer(browser, link)
    await watch(uploader, 15)
    await expect.poll(() => wei(uploader, 'earned')).toBeGreaterThan(0n)
    expect((await received(uploader)).toPeers).toBeGreaterThan(0)
    expect(await wei(uploader, 'spent')).toBe(0n)
    expect((await received(viewer)).toPeers).toBe(0)
    await uploader.context().close()
  })

  await test.step('the same browser pays after a reload, without the wallet, and in one tab only', async () => {
    await viewer.reload()
    await expectPayments(viewer, 'paying')
    await watch(viewer, 4)
    const tab = await context.newPage()
    await tab.goto(link)
    await expectPayments(tab, 'elsewhere')
    await tab.close()
  })

  const paid = await test.step('the viewer stops at its limit, and the relays have what it has paid', async () => {
    await viewer.getByText('Payments', { exact: true }).click()
    await setLimit(viewer, '0.000001')
    await expectPayments(viewer, 'limit')
    // The last cheque may be on its way.
    await expect
      .poll(async () => {
        const [sold, upstream] = await Promise.all([relay.readStatus(), network.readStatus()])
        const direct = bookOf(upstream).earned - bookOf(upstream, relay.address).earned
        return bookOf(sold).earned + direct - (await wei(viewer, 'promised'))
      })
      .toBe(0n)
    return wei(viewer, 'promised')
  })

  await test.step('the viewer withdraws the rest, after the relays have cashed all its cheques', async () => {
    await viewer.getByRole('button', { name: 'Top up or withdraw' }).click()
    await viewer.getByRole('button', { name: 'Announce a withdrawal' }).click()
    const withdrawal = viewer.getByTestId('withdrawal')
    await expect(withdrawal).toHaveAttribute('data-state', 'announced')
    await expect(withdrawal).toHaveAttribute('data-state', 'due')
    const rest = BigInt((await panel(viewer).getAttribute('data-deposit-wei')) ?? '')
    const held = await balanceOf(network, wallet)
    await withdrawal.getByRole('button', { name: 'Withdraw to wallet' }).click()
    await expect(panel(viewer)).toHaveAttribute('data-deposit-wei', '0')
    expect((await balanceOf(network, wallet)) - held).toBeGreaterThan(rest - 10n ** 15n)
    expect(await cashed(network, wallet)).toBe(paid)
    expect(paid + rest).toBe(parseEther('0.5022'))
    await context.close()
  })

  await test.step('the transcoder cashes what the relay has paid', async () => {
    await stop(broadcaster)
    // The verifier has got the payloads of drawn segments, and it pays nothing.
    expect((await settled(broadcaster)).feesWei).toBeGreaterThan(0n)
    const bought = async () => bookOf(await relay.readStatus()).paid
    await expect.poll(async () => bookOf(await network.readStatus(), relay.address).earned - (await bought())).toBe(0n)
    const spent = await bought()
    expect(spent).toBeGreaterThan(0n)
    await relay.stop()
    await relay.withdraw()
    await expect.poll(() => cashed(network, relay.address)).toBe(spent)
  })
})

test('a viewer of a free stream loads no code of payments before the first picture, and later only what listens for prices', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  await watch(viewer, 10)
  await expect(card(viewer)).toHaveCount(0)
  const files = await viewer.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  expect(files.filter((name) => /\/hearPrice-/.test(name))).toHaveLength(1)
  expect(files.filter((name) => /\/(ViewerPayments|engine|PaymentCard|PayPanel)-/.test(name))).toEqual([])
  await stop(broadcaster)
})
