import { createHash, randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { Hello } from '@lp/contracts/protocol'
import { type Browser, chromium } from '@playwright/test'
import { type Browser as Firefox, launch } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenForCalls } from '../../testbeds/listenForCalls'
import { servePage } from '../../testbeds/servePage'
import { channelsOf, randomInfoHash, receiveAll, sendAll, startWebRtc } from '../../testbeds/wrtc'
import { createTransport } from '../mesh/createTransport'
import { encode } from '../mesh/DirectAddress'

const webRtc = startWebRtc()
let pages: Awaited<ReturnType<typeof servePage>>
let relay: Awaited<ReturnType<typeof listenForCalls>>
beforeAll(async () => {
  pages = await servePage()
  relay = await listenForCalls({ webRtc, host: '0.0.0.0' })
})
afterAll(async () => {
  pages.close()
  await relay.close()
  webRtc.cleanup()
})

const bytes = 2 * 1024 * 1024
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

/**
 * A page calls the relay, and each of the two sends `bytes` random bytes to the other. `open` opens the address, and resolves to a function
 * that reads the page's report.
 */
async function exchange(open: (url: string) => Promise<() => Promise<unknown>>) {
  const infoHash = randomInfoHash()
  const room = createTransport({ wrtc: webRtc.wrtc, listener: relay.calls }).join({ infoHash, trackers: [] })
  const query = new URLSearchParams({ infoHash, relay: encode(relay.address), bytes: `${bytes}` })
  const report = await open(`http://${pages.origin}/?${query}`)
  const [channel] = await channelsOf(room, 1)
  if (!channel) throw expect.fail('no channel')
  const data = randomBytes(bytes)
  const greeted = channel.next('message')
  channel.send(new Uint8Array(1))
  await greeted
  const [received] = await Promise.all([receiveAll(channel, bytes), sendAll(channel, data)])
  const connection = Hello.otherEnd(channel.connection)
  expect(await report()).toEqual({ sent: sha256(received), received: sha256(data), connection })
  room.leave()
}

describe('a call from Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--allow-loopback-in-peer-connection'],
    })
  })
  afterAll(() => browser.close())

  for (const [who, permissions] of [
    ['a page with permission for the camera', ['camera', 'microphone']],
    ['a page without permission for the camera', []],
  ] as const)
    test(`${who} exchanges 2 MB with the relay`, async () => {
      const context = await browser.newContext({ permissions: [...permissions] })
      await exchange(async (url) => {
        const page = await context.newPage()
        await page.goto(url)
        return () => page.evaluate('report')
      })
      await context.close()
    })
})

describe('a call from Firefox', () => {
  let browser: Firefox
  beforeAll(async () => {
    browser = await launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    })
  })
  afterAll(() => browser.close())

  test('a page exchanges 2 MB with the relay', async () => {
    // Firefox does not connect to loopback addresses.
    const outside = Object.values(networkInterfaces()).flatMap((each = []) => each)
    const [host] = outside.filter(({ internal, family }) => !internal && family === 'IPv4')
    if (!host) throw expect.fail('This machine has no network address.')
    relay.address.hosts = [host.address]
    await exchange(async (url) => {
      const page = await browser.newPage()
      await page.goto(url)
      return () => page.evaluate('report')
    })
  })
})
