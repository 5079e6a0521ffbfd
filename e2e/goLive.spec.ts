import type { Page } from '@playwright/test'
import { openViewer, sum, watchWithoutStall } from './audience'
import { blockNumber, depositOf, gainedSince, mineBlocks, operatorOf } from './chain'
import { expect, test } from './fixtures'
import {
  checkSegment,
  chooseQuality,
  expectBroadcast,
  expectWatch,
  goLive,
  openBroadcast,
  playback,
  received,
  settled,
  stop,
  walletOf,
} from './pages'
import { ffprobe, openStockPlayer, variants } from './stockPlayer'

const watchedS = 30
const afterwardsS = 8
const leastFps = 15
/** The claim deadline of the local preset, in blocks. The reserve is locked until then, because another candidate could still claim work. */
const claimDeadlineBlocks = 60

test('a stream goes from a tab to three viewers, who serve each other; Stop ends the stream, and the work is paid', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const [payer, transcoder] = [await walletOf(broadcaster), await operatorOf(network)]
  const block = await blockNumber(network)
  const link = await goLive(broadcaster)
  const viewers: Page[] = []
  for (let count = 0; count < 3; count++) viewers.push(await openViewer(browser, link))
  const [first, second, third] = viewers as [Page, Page, Page]

  await test.step('three viewers watch for half a minute without a stall, and get a quarter of the bytes or more from each other', async () => {
    for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(2)
    for (const { frames, audioBytes } of await watchWithoutStall(viewers, watchedS)) {
      expect(frames).toBeGreaterThan(watchedS * leastFps)
      expect(audioBytes).toBeGreaterThan(0)
    }
    const bytes = await Promise.all(viewers.map(received))
    const fromPeers = sum(bytes.map((viewer) => viewer.fromPeers))
    const share = fromPeers / (fromPeers + sum(bytes.map((viewer) => viewer.fromRelays)))
    console.log(`from viewers: ${(100 * share).toFixed(1)} %`)
    for (const viewer of bytes.slice(1)) expect(viewer.fromPeers).toBeGreaterThan(0)
    expect(share).toBeGreaterThanOrEqual(0.25)
  })

  await test.step('one viewer closes the page, and the others play on without a stall', async () => {
    await third.close({ runBeforeUnload: true })
    await watchWithoutStall([first, second], afterwardsS)
    for (const viewer of [first, second]) {
      await expectWatch(viewer, 'live')
      await expect.poll(async () => (await received(viewer)).peers).toBe(1)
    }
    await second.close()
  })

  await test.step('the viewer changes the quality', async () => {
    await chooseQuality(first, /^240p/)
    await expect.poll(async () => (await playback(first)).height).toBe(240)
    await chooseQuality(first, /source/)
    await expect.poll(async () => (await playback(first)).height).toBe(360)
  })

  await test.step('ffprobe prints no warning, and unchanged hls.js plays the stream', async () => {
    const master = `${network.relayUrl}/hls/${link.split('/').at(-1)}/master.m3u8`
    const found = await Promise.all((await variants(master)).map(ffprobe))
    expect(found.map(({ complaints }) => complaints)).toEqual(['', ''])
    const heights = found.map(({ streams }) => streams.find(({ codec_type }) => codec_type === 'video')?.height)
    expect(heights.sort()).toEqual([240, 360])
    for (const { streams } of found)
      expect(streams.map(({ codec_type }) => codec_type).sort()).toEqual(['audio', 'video'])
    const stock = await openStockPlayer(await browser.newContext(), master)
    await expect.poll(async () => (await playback(stock)).currentTime).toBeGreaterThan(4)
    await stock.close()
  })

  await test.step('a browser without Media Source Extensions plays the HLS of the relay, and the page says that it checks nothing', async () => {
    const viewer = await openViewer(browser, link, { mediaSource: false })
    await expect(viewer.getByTestId('unverified')).toBeVisible()
    await expect.poll(async () => (await playback(viewer)).currentTime).toBeGreaterThan(1)
    await viewer.context().close()
  })

  await test.step("the viewer's own browser finds the transcoder's segment valid", async () => {
    expect(await checkSegment(first)).toBe('Valid')
  })

  const { feesWei } = await test.step('Stop ends the stream for the viewer, and the work is settled', async () => {
    await stop(broadcaster)
    await expectBroadcast(broadcaster, 'settling')
    await expectWatch(first, 'ended')
    const bill = await settled(broadcaster)
    expect(bill.feesWei).toBeGreaterThan(0n)
    expect(bill.refundedWei).toBe(0n)
    return bill
  })

  await test.step('the relay gets its fees, and the wallet gets the rest of its deposit, to the wei', async () => {
    await expect.poll(() => gainedSince(network, { address: transcoder, block })).toBe(feesWei)
    await mineBlocks(network, claimDeadlineBlocks)
    await expect.poll(() => depositOf(network, payer)).toBe(0n)
    expect(await gainedSince(network, { address: payer, block })).toBe(-feesWei)
  })

  await test.step('the page shows the bill again after a reload', async () => {
    await broadcaster.reload()
    await expect(broadcaster.getByTestId('broadcast')).toHaveAttribute('data-settled', 'true')
    await expect(broadcaster.getByTestId('bill')).toHaveAttribute('data-fees-wei', String(feesWei))
  })
})
