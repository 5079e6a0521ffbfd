import { openViewer, watch } from './audience'
import { launchBrowser } from './browser'
import { expect, test } from './fixtures'
import { goLive, openBroadcast, received, settled, stop } from './pages'

test('the browser forbids UDP for WebRTC: the stream goes over WebSocket, a viewer gets it over HTTP, and the work is paid', async ({
  network,
}) => {
  const browser = await launchBrowser('--webrtc-ip-handling-policy=disable_non_proxied_udp')
  const page = await openBroadcast(await browser.newContext(), network.url)
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  const link = await goLive(page)
  expect(sockets).toContainEqual(expect.stringMatching(/^ws:.*\/ingest\/0x[0-9a-f]{64}$/))
  const viewer = await openViewer(browser, link)
  await watch(viewer, 2)
  expect((await received(viewer)).fromRelays).toBeGreaterThan(0)
  await stop(page)
  expect((await settled(page)).feesWei).toBeGreaterThan(0n)
  await browser.close()
})
