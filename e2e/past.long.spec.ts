import type { Page } from '@playwright/test'
import { openViewer, watch } from './audience'
import { expect, test } from './fixtures'
import { forbidStorage, openForeignPage, playerElement } from './foreignPage'
import { checkSegment, expectWatch, goLive, openBroadcast, playback, segmentCount, stop } from './pages'

const minuteS = 60
const segmentS = 2

/** How far the picture is behind live, in seconds, as the bar shows it. 0: live. */
const behind = (page: Page) => page.getByTestId('live-bar').evaluate(({ dataset }) => Number(dataset.behind))

test('a viewer seeks back in a live stream, stays behind live as long as they want, and jumps to live; a foreign page plays the stream', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  const viewer = await openViewer(browser, link)
  const bar = viewer.getByTestId('live-bar')
  await expect.poll(() => segmentCount(network, link)).toBeGreaterThan(minuteS / segmentS)

  await test.step('a viewer goes to the start of the stream, and is not pulled to the live edge', async () => {
    expect(await behind(viewer)).toBe(0)
    await bar.press('Home')
    await expect.poll(() => behind(viewer)).toBeGreaterThan(minuteS - 10)
    await expectWatch(viewer, 'live')
    const before = await behind(viewer)
    await watch(viewer, 10)
    expect(await behind(viewer)).toBeGreaterThan(before - 3)
    expect((await playback(viewer)).height).toBe(360)
  })

  await test.step('the arrow keys move the picture, and the statistics name the picture', async () => {
    const before = await behind(viewer)
    await viewer.locator('video').press('ArrowRight')
    await viewer.locator('video').press('ArrowRight')
    await expect.poll(() => behind(viewer)).toBeLessThan(before - 5)
    await viewer.getByText('Statistics').click()
    await expect(viewer.getByTestId('watch-stats')).toHaveAttribute('data-picture', '640x360')
    await expect(viewer.getByTestId('watch-stats')).toHaveAttribute('data-fps', /^[1-9]\d*$/)
  })

  await test.step('the segment on screen is checked, although it is a minute old', async () => {
    expect(await checkSegment(viewer)).toBe('Valid')
  })

  await test.step('a long pause goes on with the paused picture', async () => {
    await viewer.locator('video').press('k')
    const before = await behind(viewer)
    const count = await segmentCount(network, link)
    await expect.poll(() => segmentCount(network, link)).toBeGreaterThan(count + 5)
    await viewer.locator('video').press('k')
    await watch(viewer, 2)
    expect(await behind(viewer)).toBeGreaterThan(before + 5)
  })

  await test.step('the viewer jumps to live', async () => {
    await viewer.getByRole('button', { name: 'Jump to live', exact: true }).click()
    await expect.poll(() => behind(viewer)).toBe(0)
    await expectWatch(viewer, 'live')
    await watch(viewer, 4)
    expect(await behind(viewer)).toBe(0)
  })

  await test.step('the element of a foreign page plays the stream without storage', async () => {
    const code = await broadcaster.getByTestId('embed-code').getAttribute('data-code')
    expect(code).toContain(link.replace('#/watch/', '#/embed/').replaceAll('&', '&amp;'))
    const context = await browser.newContext()
    await forbidStorage(context)
    const page = await openForeignPage(context, playerElement(network.url, link))
    const frame = page.frameLocator('lp-player iframe')
    await expect(frame.getByTestId('watch-state')).toHaveAttribute('data-state', 'live')
    const position = () => frame.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
    const start = await position()
    await expect.poll(position).toBeGreaterThan(start + 3)
    await expect(frame.getByRole('link', { name: 'Open the page of the stream' })).toHaveAttribute('href', link)
    await context.close()
  })

  await stop(broadcaster)
})
