import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from '@playwright/test'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attachTracker } from '../gateway/tracker'
import { channelsOf, createNodeTransport, randomInfoHash, receiveAll, sendAll, startWebRtc } from './wrtc.testbed'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

describe('Chromium and Node', () => {
  let browser: Browser
  let origin: string
  let close: () => void

  beforeAll(async () => {
    const script = await bundlePage()
    const server = createServer((request, response) => {
      if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script)
      else response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const tracker = attachTracker({ server })
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--allow-loopback-in-peer-connection'],
    })
    close = () => {
      tracker.close()
      server.close()
      server.closeAllConnections()
    }
  })
  afterAll(async () => {
    await browser.close()
    close()
  })

  // With leave to use the camera a page offers its addresses; without, only random `.local` names.
  for (const [who, permissions] of [
    ['a broadcaster, who gave leave to use the camera', ['camera', 'microphone']],
    ['a viewer, who gave none', []],
  ] as const) {
    test(`exchange 5 MB both ways: ${who}`, async () => {
      const infoHash = randomInfoHash()
      const room = createNodeTransport(webRtc).join({ infoHash, trackers: [`ws://${origin}/announce`] })
      const context = await browser.newContext({ permissions: [...permissions] })
      const page = await context.newPage()
      const bytes = 5 * 1024 * 1024
      const query = new URLSearchParams({ infoHash, tracker: `ws://${origin}/announce`, bytes: String(bytes) })
      await page.goto(`http://${origin}/?${query}`)

      const [channel] = await channelsOf(room, 1)
      if (!channel) throw expect.fail('no channel')
      const data = randomBytes(bytes)
      const [received] = await Promise.all([receiveAll(channel, bytes), sendAll(channel, data)])
      const report = await page.evaluate<{ sent: string; received: string; fingerprints: unknown }>('report')

      expect(report.received).toBe(sha256(data))
      expect(report.sent).toBe(sha256(received))
      const { local, remote } = channel.fingerprints
      expect(report.fingerprints).toEqual({ local: remote, remote: local })

      const left = channel.next('close')
      await page.close()
      await left
      room.leave()
      await context.close()
    })
  }
})

/** The page's script, built as the web app is. */
async function bundlePage(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../mesh/page.testbed.ts', import.meta.url)),
    platform: 'browser',
    resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return output[0].code
}
