import { watch } from './audience'
import { expect, test } from './fixtures'
import { expectWatch, goLive, openBroadcast, received } from './pages'

test('a new viewer gets the stream by the relay address in the share link when gateway and tracker of the relay are blocked', async ({
  browser,
  network,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const link = await goLive(broadcaster)
  expect(link).toMatch(/\?relay=[\w-]{51,72}$/)

  const context = await browser.newContext()
  let blocked = 0
  await context.route(`${network.relayUrl}/**`, (route) => {
    blocked++
    return route.abort('connectionrefused')
  })
  await context.routeWebSocket(/\/announce$/, (socket) => socket.close())

  const viewer = await context.newPage()
  await viewer.goto(link)
  await expectWatch(viewer, 'live')
  await watch(viewer, 4)
  const { fromPeers, fromRelays } = await received(viewer)
  expect(fromPeers).toBe(0)
  expect(fromRelays).toBeGreaterThan(100_000)
  expect(blocked).toBeGreaterThan(0)

  await test.step('without the relay address, a viewer finds no source', async () => {
    const other = await context.newPage()
    await other.goto(link.replace(/\?.*/, ''))
    await expectWatch(other, 'transcoder-offline')
  })

  await test.step('a viewer with a damaged relay address plays from the gateway, and the page says that the link is damaged', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.goto(link.slice(0, -3))
    await expect(page.getByTestId('damaged-link')).toBeVisible()
    await expectWatch(page, 'live')
    await page.context().close()
  })

  await context.close()
  await broadcaster.context().close()
})
