import { expectStreamContinues, openViewer } from './audience'
import { test } from './fixtures'
import { expectAllSegments, expectBroadcast, expectProblem, goLive, openBroadcast } from './pages'

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
