import { expectStreamContinues, openViewer, watch } from './audience'
import { expect, test } from './fixtures'
import { expectAllSegments, expectBroadcast, expectProblem, goLive, openBroadcast, stop } from './pages'

test('the stream continues while the broadcaster shares a screen, loses the camera, and opens it again', async ({
  network,
  browser,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  const label = () =>
    broadcaster.evaluate(() => {
      const stream = (document.querySelector('video') as HTMLVideoElement).srcObject as MediaStream
      return stream.getVideoTracks()[0]?.label
    })
  const camera = await label()
  await broadcaster.getByRole('radio', { name: 'Screen' }).click()
  await expect.poll(label).not.toBe(camera)
  await expectStreamContinues({ broadcaster, viewer })
  await broadcaster.getByRole('radio', { name: 'Camera' }).click()
  await expect.poll(label).toBe(camera)
  await expectStreamContinues({ broadcaster, viewer })

  await broadcaster.evaluate(() => {
    const stream = (document.querySelector('video') as HTMLVideoElement).srcObject as MediaStream
    for (const track of stream.getVideoTracks()) track.stop()
  })
  await expectProblem(broadcaster, ['The picture was lost: the camera was unplugged', 'choose another source.'])
  await watch(viewer, 4)
  await broadcaster.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await expect(broadcaster.getByRole('alert')).toHaveCount(0)
  await expectStreamContinues({ broadcaster, viewer })
  await stop(broadcaster)
})

test('the stream continues after its transcoder hung and was killed', async ({ network, browser }) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  const viewer = await openViewer(browser, link)
  process.kill(network.relayProcess, 'SIGSTOP')
  await expectProblem(broadcaster, [
    'The transcoder does not answer.',
    'Keep this page open: it keeps your newest segments',
  ])
  await expectBroadcast(broadcaster, 'live')
  process.kill(network.relayProcess, 'SIGKILL')
  await network.nextRelay()
  await expectStreamContinues({ broadcaster, viewer })
  await expectAllSegments(network.relayUrl, link)
})
