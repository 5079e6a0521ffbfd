import { openViewer, watch } from './audience'
import { expect, test } from './fixtures'
import { goLive, kept, openBroadcast, playback, playRecording, received, segmentCount, settled, stop } from './pages'

const minuteS = 60
const segmentS = 2

test('a viewer plays a recorded minute from one other viewer after the broadcaster has left and the relay has lost the stream', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  const holder = await openViewer(browser, link)
  await expect.poll(() => segmentCount(network, link)).toBeGreaterThan(minuteS / segmentS)
  await stop(broadcaster)

  await test.step('a viewer plays the recording until its device has the whole recording', async () => {
    await playRecording(holder)
    await expect.poll(() => kept(holder)).toBe(1)
  })

  await test.step('the broadcaster leaves, and the relay loses the stream', async () => {
    await settled(broadcaster)
    await broadcaster.context().close()
    await network.emptyRelay()
    expect(await segmentCount(network, link)).toBe(0)
  })

  await test.step('a new viewer plays the recording from the start to the end', async () => {
    const viewer = await (await browser.newContext()).newPage()
    await viewer.goto(link)
    await playRecording(viewer)
    await watch(viewer, 5)
    expect((await playback(viewer)).height).toBe(360)
    await viewer.getByRole('slider', { name: 'Position' }).focus()
    await viewer.keyboard.press('End')
    await expect.poll(() => viewer.evaluate(() => document.querySelector('video')?.ended)).toBe(true)
    expect(await viewer.evaluate(() => document.querySelector('video')?.duration)).toBeGreaterThan(minuteS)
    await expect.poll(() => kept(viewer)).toBe(1)
    const { fromPeers, fromRelays } = await received(viewer)
    expect(fromPeers).toBeGreaterThan(0)
    expect(fromRelays).toBe(0)
  })
})
