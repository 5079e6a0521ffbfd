import type { Page } from '@playwright/test'
import { expectStreamContinues, openViewer } from './audience'
import { expect, test } from './fixtures'
import {
  expectAllSegments,
  expectBroadcast,
  expectCover,
  expectProblem,
  expectWatch,
  goLive,
  openBroadcast,
} from './pages'

/** One stream with several interruptions. Each test uses the stream of the previous test. */
test.describe
  .serial('a live stream', () => {
    let broadcaster: Page
    let viewer: Page
    let link: string
    let relay: number

    test.beforeAll(async ({ network, browser }) => {
      relay = network.relayProcess
      broadcaster = await openBroadcast(await browser.newContext(), network.url)
      link = await goLive(broadcaster)
      viewer = await openViewer(browser, link)
    })
    test.afterAll(async () => {
      await broadcaster?.context().close()
      await viewer?.context().close()
    })

    const expectToContinue = () => expectStreamContinues({ broadcaster, viewer })

    test('the stream continues while the microphone is muted and the picture is off', async () => {
      await broadcaster.getByRole('button', { name: 'Mute the microphone' }).click()
      await broadcaster.getByRole('button', { name: 'Turn the picture off' }).click()
      await expectToContinue()
      await broadcaster.getByRole('button', { name: 'Unmute the microphone' }).click()
      await broadcaster.getByRole('button', { name: 'Turn the picture on' }).click()
      await expectToContinue()
    })

    test('the stream continues after its relay was stopped and a new relay has started', async ({ network }) => {
      const replace = network.stopRelay(relay)
      await expectProblem(broadcaster, [
        'The connection to the transcoder is lost.',
        'Keep this page open: it keeps your newest segments until this transcoder',
      ])
      await expectBroadcast(broadcaster, 'live')
      replace()
      relay = await network.nextRelay()
      await expectToContinue()
      await expectAllSegments(network.relayUrl, link)
    })

    test('a link of the page asks before it ends the stream, and the stream continues if the broadcaster stays', async () => {
      await broadcaster.getByRole('link', { name: 'lp, home' }).click()
      await expect(broadcaster.getByRole('alertdialog')).toContainText('the stream ends for all viewers')
      await broadcaster.getByRole('button', { name: 'Stay' }).click()
      await expectBroadcast(broadcaster, 'live')
      await expectToContinue()
    })

    test('viewers read that the stream is interrupted, and not that it has ended, when the broadcaster leaves the page', async ({
      browser,
    }) => {
      // As a closed tab, a page that the browser leaves runs its handlers of `pagehide`.
      await broadcaster.goto('about:blank')
      await expectWatch(viewer, 'reconnecting')
      await expectCover(viewer, ['The stream is interrupted.', 'This page waits until the stream continues.'])

      const late = await (await browser.newContext()).newPage()
      await late.goto(link)
      await expectWatch(late, /^(reconnecting|silent)$/)
      await late.context().close()
    })
  })
