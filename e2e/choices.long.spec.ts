import { openViewer, watch, watchWithoutStall } from './audience'
import { expect, test } from './fixtures'
import { expectWatch, goLive, openBroadcast, received, settled, stop, streamIdOf } from './pages'

test('the broadcaster refuses a recording; a viewer stops its uploads, then its connections; both viewers play on', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  await broadcaster.getByRole('checkbox', { name: /Allow a recording/ }).uncheck()
  const link = await goLive(broadcaster)
  const viewers = [await openViewer(browser, link), await openViewer(browser, link)] as const
  const [first, second] = viewers
  for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(1)

  await test.step('the drawing of the traffic shows the other viewer', async () => {
    await first.getByText('Statistics').click()
    await expect(first.getByRole('img', { name: /^Connected to 1 viewer/ })).toBeVisible()
  })

  const sharing = second.getByTestId('watch-sharing')
  await test.step('a viewer that does not upload sends nothing more, and still gets video from the other viewer', async () => {
    await second.getByText('Other viewers', { exact: true }).click()
    await second.getByRole('switch', { name: 'Don’t upload' }).click()
    await expect(sharing).toHaveAttribute('data-uploads', 'false')
    // Within a second after the click, the page shows all bytes that were sent before the click.
    await watch(second, 2)
    const before = await received(second)
    await watchWithoutStall(viewers, 6)
    const { toPeers, fromPeers } = await received(second)
    expect(toPeers).toBe(before.toPeers)
    expect(fromPeers).toBeGreaterThan(before.fromPeers)
  })

  await test.step('a viewer that connects to no other viewer gets all video from the relay, also after a reload', async () => {
    await second.getByRole('switch', { name: 'Don’t connect to other viewers' }).click()
    for (const viewer of viewers) await expect.poll(async () => (await received(viewer)).peers).toBe(0)
    await watchWithoutStall(viewers, 4)
    await second.reload()
    await expectWatch(second, 'live')
    await expect(sharing).toHaveAttribute('data-connects', 'false')
    await expect(sharing).toHaveAttribute('data-uploads', 'false')
    await watch(second, 4)
    expect((await received(second)).peers).toBe(0)
  })

  await test.step('after the end, the page offers no recording, and the relay has none', async () => {
    await stop(broadcaster)
    await expectWatch(first, 'ended')
    await expect(first.getByRole('button', { name: 'Play the recording' })).toHaveCount(0)
    expect((await fetch(`${network.relayUrl}/recordings/${streamIdOf(link)}.torrent`)).status).toBe(404)
    expect((await settled(broadcaster)).feesWei).toBeGreaterThan(0n)
  })
})
