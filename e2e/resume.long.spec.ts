import { noteStates, openViewer, statesOf } from './audience'
import { expect, test } from './fixtures'
import { expectBroadcast, expectWatch, goLive, openBroadcast } from './pages'
import { stored } from './stored'

test('the broadcaster closes the tab, and ends the broadcast later without a camera', async ({ browser, network }) => {
  const context = await browser.newContext()
  const broadcaster = await openBroadcast(context, network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  await noteStates(viewer)
  await broadcaster.goto('about:blank')
  await expectWatch(viewer, 'reconnecting')
  // Without the permission for the camera, the page cannot go on without the person.
  await context.clearPermissions()
  const later = await context.newPage()
  await later.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await later.goto(`${network.url}/#/broadcast`)
  await expectBroadcast(later, 'interrupted')
  await expect(later.getByRole('heading', { name: 'Your broadcast is interrupted' })).toBeVisible()
  await expect(later.getByRole('button', { name: 'Go on with the camera' })).toBeEnabled()
  expect(await statesOf(viewer)).not.toContain('ended')
  await later.getByRole('button', { name: 'End the broadcast' }).click()
  await later.getByRole('alertdialog').getByRole('button', { name: 'End' }).click()
  await expectWatch(viewer, 'ended')
  await expectBroadcast(later, 'idle')
  expect(await stored(later)).toBe(0)
  await context.close()
  await viewer.context().close()
})
