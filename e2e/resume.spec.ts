import type { Page } from '@playwright/test'
import { expectStreamContinues, openViewer, watch } from './audience'
import { rpc } from './chain'
import { expect, test } from './fixtures'
import { expectBroadcast, expectWatch, goLive, openBroadcast, settled, stop, walletOf } from './pages'

/** The broadcasts that this browser can go on with after a reload. Their keys are among the stored values. */
const stored = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('lp.broadcast', 1)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const database = opening.result
          const counting = database.transaction('broadcasts').objectStore('broadcasts').count()
          counting.onsuccess = () => {
            database.close()
            resolve(counting.result)
          }
        }
      }),
  )

/** From now on, the viewer's page notes each state that it shows. */
const noteStates = (viewer: Page) =>
  viewer.evaluate(() => {
    const page = document.querySelector('[data-testid=watch-state]') as HTMLElement
    const states = [page.dataset.state]
    new MutationObserver(() => states.push(page.dataset.state)).observe(page, { attributeFilter: ['data-state'] })
    Object.assign(window, { states })
  })
const statesOf = (viewer: Page) => viewer.evaluate(() => (window as unknown as { states: string[] }).states)

test('the broadcaster reloads the page, and the broadcast goes on: same link, same job, and no viewer reads “ended”', async ({
  browser,
  network,
}) => {
  const context = await browser.newContext()
  const broadcaster = await openBroadcast(context, network.url)
  const payer = await walletOf(broadcaster)
  const link = await goLive(broadcaster)
  const viewer = await openViewer(browser, link)
  await broadcaster.getByRole('button', { name: 'Mute the microphone' }).click()
  await watch(viewer, 4)
  await noteStates(viewer)
  const transactions = () => rpc(network, 'eth_getTransactionCount', payer, 'latest')
  const before = await transactions()

  await test.step('the stream goes on without a click, and the microphone stays muted', async () => {
    await broadcaster.reload()
    await expectBroadcast(broadcaster, 'live')
    await expect(broadcaster.getByTestId('share-link')).toHaveAttribute('href', link)
    await expect(broadcaster.getByRole('button', { name: 'Unmute the microphone' })).toBeVisible()
    await expectWatch(viewer, 'live')
    await expectStreamContinues({ broadcaster, viewer })
    // No second job, and no second deposit.
    expect(await transactions()).toBe(before)
    for (const state of await statesOf(viewer)) expect(['live', 'buffering', 'reconnecting']).toContain(state)
  })

  await test.step('another tab says that the broadcast is live in the first tab', async () => {
    const tab = await context.newPage()
    await tab.goto(`${network.url}/#/broadcast`)
    await expectBroadcast(tab, 'elsewhere')
    await expect(tab.getByRole('heading', { name: 'Live in another tab' })).toBeVisible()
    await expect(tab.getByRole('button', { name: 'Go live' })).toHaveCount(0)
    await expect(tab.getByTestId('broadcasts')).toContainText('Live elsewhere')
    await expect(tab.getByTestId('broadcasts')).not.toContainText('Settling')
    await tab.close()
    await expectStreamContinues({ broadcaster, viewer })
  })

  await test.step('Stop ends the stream, deletes the stored key, and the work of both page loads is paid', async () => {
    expect(await stored(broadcaster)).toBe(1)
    await stop(broadcaster)
    await expectWatch(viewer, 'ended')
    const { feesWei, refundedWei } = await settled(broadcaster)
    expect(await stored(broadcaster)).toBe(0)
    expect(feesWei).toBeGreaterThan(0n)
    expect(refundedWei).toBe(0n)
  })
  await context.close()
  await viewer.context().close()
})

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
