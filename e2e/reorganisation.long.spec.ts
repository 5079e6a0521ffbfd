import { blockNumber, jobBlock, replaceBlocks, setBlockTime } from './chain'
import { expect, test } from './fixtures'
import {
  expectAllSegments,
  expectBroadcast,
  expectProblem,
  goLiveButton,
  openBroadcast,
  settled,
  stop,
  walletOf,
} from './pages'

test('a stream continues and its work is paid after the chain has replaced the block of its job', async ({
  network,
  context,
}) => {
  const page = await openBroadcast(context, network.url)
  const posted = { address: await walletOf(page), since: await blockNumber(network), blocks: 2 }
  await goLiveButton(page).click()
  const block = await jobBlock(network, posted)
  // The chain mines no more blocks until the page has started to send.
  await setBlockTime(network, 0)
  await expectBroadcast(page, 'live')
  await replaceBlocks(network, block)
  await setBlockTime(network, 1)
  await expectProblem(page, ['The chain has replaced the block with your job.', 'the stream goes on'])
  expect(await jobBlock(network, posted)).toBeGreaterThan(block)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expectBroadcast(page, 'live')
  const link = (await page.getByTestId('share-link').getAttribute('href')) as string
  await expectAllSegments(network.relayUrl, link)
  await stop(page)
  const { feesWei, refundedWei } = await settled(page)
  expect(feesWei).toBeGreaterThan(0n)
  expect(refundedWei).toBe(0n)
})
