import { expectStreamContinues, noteStates, openViewer, statesOf, watch } from './audience'
import { rpc } from './chain'
import { expect, test } from './fixtures'
import { expectBroadcast, expectWatch, goLive, openBroadcast, settled, stop, walletOf } from './pages'
import { stored } from './stored'

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
