import { openViewer, shareFromViewers, watchWithoutStall } from './audience'
import { blockNumber, depositOf, gainedSince, mineBlocks, operatorOf } from './chain'
import { expect, test } from './fixtures'
import {
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

const watchedS = 10
/** On a busy machine, the page of the broadcaster goes down to 15 pictures a second. */
const leastFps = 14
/** The claim deadline of the local preset, in blocks. Before it, the reserve is locked, because another candidate can still claim work. */
const claimDeadlineBlocks = 60

test('a stream goes from a tab to two viewers, who send each other segments; Stop ends the stream, and the work is paid', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const [payer, transcoder] = [await walletOf(broadcaster), await operatorOf(network)]
  const block = await blockNumber(network)
  const link = await goLive(broadcaster)
  const viewers = [await openViewer(browser, link), await openViewer(browser, link)] as const
  const [first, second] = viewers

  await test.step('two viewers watch without a stall, and get a quarter of the bytes or more from each other', async () => {
    for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(1)
    // Viewers exchange only segments of the same quality.
    for (const viewer of viewers) await chooseQuality(viewer, /source/)
    const share = await shareFromViewers(viewers, async () => {
      for (const { audioBytes } of await watchWithoutStall(viewers, watchedS, leastFps))
        expect(audioBytes).toBeGreaterThan(0)
    })
    expect(share).toBeGreaterThanOrEqual(0.25)
    await second.context().close()
  })

  await test.step('the viewer changes the quality', async () => {
    await chooseQuality(first, /^240p/)
    await expect.poll(async () => (await playback(first)).height).toBe(240)
    await chooseQuality(first, /source/)
    await expect.poll(async () => (await playback(first)).height).toBe(360)
  })

  const { feesWei } =
    await test.step('Stop ends the stream for the viewer, turns the camera off, and the work is settled', async () => {
      const tracks = await broadcaster.evaluateHandle(() => {
        const { srcObject } = document.querySelector('video') as HTMLVideoElement
        return (srcObject as MediaStream).getTracks()
      })
      await stop(broadcaster)
      await expectBroadcast(broadcaster, 'settling')
      await expect
        .poll(() => tracks.evaluate((all) => all.map(({ readyState }) => readyState)))
        .toEqual(['ended', 'ended'])
      await expect(broadcaster.getByRole('button', { name: 'Turn on the camera' })).toBeVisible()
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
