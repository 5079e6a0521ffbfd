import type { Page } from '@playwright/test'
import { openViewer, shareFromViewers, watchWithoutStall } from './audience'
import { expect, test } from './fixtures'
import {
  checkSegment,
  expectWatch,
  goLive,
  openBroadcast,
  playback,
  received,
  settled,
  stop,
  streamIdOf,
} from './pages'
import { ffprobe, openStockPlayer, variants } from './stockPlayer'

const watchedS = 10
const afterwardsS = 8

/** One stream. Each test uses the stream of the previous test. */
test.describe
  .serial('a stream with three viewers', () => {
    let broadcaster: Page
    let link: string
    let viewers: [Page, Page, Page]
    let master: string

    test.beforeAll(async ({ browser, network }) => {
      broadcaster = await openBroadcast(await browser.newContext(), network.url)
      link = await goLive(broadcaster)
      viewers = [await openViewer(browser, link), await openViewer(browser, link), await openViewer(browser, link)]
      master = `${network.relayUrl}/hls/${streamIdOf(link)}/master.m3u8`
    })

    test('three viewers watch without a stall, and get a quarter of the bytes or more from each other', async () => {
      for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(2)
      const share = await shareFromViewers(viewers, () => watchWithoutStall(viewers, watchedS))
      for (const viewer of viewers.slice(1)) expect((await received(viewer)).fromPeers).toBeGreaterThan(0)
      expect(share).toBeGreaterThanOrEqual(0.25)
    })

    test('one viewer closes the page, and the others continue to play without a stall', async () => {
      const [first, second, third] = viewers
      await third.close({ runBeforeUnload: true })
      await watchWithoutStall([first, second], afterwardsS)
      for (const viewer of [first, second]) {
        await expectWatch(viewer, 'live')
        await expect.poll(async () => (await received(viewer)).peers).toBe(1)
      }
      await second.context().close()
    })

    test('ffprobe prints no warning, and unchanged hls.js plays the stream', async ({ browser }) => {
      const found = await Promise.all((await variants(master)).map(ffprobe))
      expect(found.map(({ warnings }) => warnings)).toEqual(['', ''])
      const heights = found.map(({ streams }) => streams.find(({ codec_type }) => codec_type === 'video')?.height)
      expect(heights.sort()).toEqual([240, 360])
      for (const { streams } of found)
        expect(streams.map(({ codec_type }) => codec_type).sort()).toEqual(['audio', 'video'])
      const stock = await openStockPlayer(await browser.newContext(), master)
      await expect.poll(async () => (await playback(stock)).currentTime).toBeGreaterThan(4)
      await stock.context().close()
    })

    test('a browser without Media Source Extensions plays the HLS of the relay, and the page says that it checks nothing', async ({
      browser,
    }) => {
      const viewer = await openViewer(browser, link, { mediaSource: false })
      await expect(viewer.getByTestId('unverified')).toBeVisible()
      await expect.poll(async () => (await playback(viewer)).currentTime).toBeGreaterThan(1)
      await viewer.context().close()
    })

    test("the viewer's own browser finds the transcoder's segment valid", async () => {
      expect(await checkSegment(viewers[0])).toBe('Valid')
    })

    test('Stop ends the stream for the viewer, and the work is paid', async () => {
      await stop(broadcaster)
      await expectWatch(viewers[0], 'ended')
      expect((await settled(broadcaster)).feesWei).toBeGreaterThan(0n)
    })
  })
