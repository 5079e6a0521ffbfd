import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Hello } from '@lp/contracts/protocol'
import { type Browser, chromium } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, servePage } from '../../testbeds/servePage'
import {
  channelsOf,
  connectPair,
  createNodeTransport,
  randomInfoHash,
  receiveAll,
  sendAll,
  startWebRtc,
} from '../../testbeds/wrtc'
import { attachTracker } from '../gateway/tracker'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

/** A native connection that has gathered all candidates, but whose events Node has not read yet. */
function lateConnection() {
  const callbacks = new Map<string | symbol, (...args: unknown[]) => void>()
  const method = (name: string | symbol) => (first?: unknown) => {
    if (typeof first === 'function') callbacks.set(name, first as () => void)
    return name === 'gatheringState' ? 'complete' : undefined
  }
  const connection = new Proxy({}, { get: (_, name) => method(name) })
  const emit = (name: string, ...args: unknown[]) => callbacks.get(name)?.(...args)
  return { connection, emit }
}

describe('createWrtc', () => {
  test('emits an event after the last candidate, and the offer then contains the candidates', async () => {
    const { RTCPeerConnection } = webRtc.wrtc as { RTCPeerConnection: typeof globalThis.RTCPeerConnection }
    const connection = new RTCPeerConnection({ iceServers: [] })
    connection.createDataChannel('lp')
    await new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => candidate === null && resolve()
    })
    expect(connection.localDescription?.sdp).toMatch(/^a=candidate:.* 127\.0\.0\.1 /m)
    connection.close()
  })

  test('emits the event after the last candidate also if gathering is complete before Node has read the first event', async () => {
    const { RTCPeerConnection } = webRtc.wrtc as { RTCPeerConnection: typeof globalThis.RTCPeerConnection }
    const native = lateConnection()
    const connection = new RTCPeerConnection({ iceServers: [], peerConnection: native.connection } as RTCConfiguration)
    const seen: (string | undefined)[] = []
    const last = new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        seen.push(candidate?.candidate)
        if (!candidate) resolve()
      }
    })
    native.emit('onGatheringStateChange')
    await new Promise((resolve) => setTimeout(resolve, 10))
    native.emit('onGatheringStateChange')
    // The candidate comes from another native queue, one turn of the event loop later.
    setImmediate(() => native.emit('onLocalCandidate', 'candidate:1 1 UDP 1 192.0.2.1 1 typ srflx', '0'))
    await last
    expect(seen).toEqual([expect.stringContaining('srflx'), undefined])
    connection.close()
  })

  test('does not report a failure when the peer closes a connection whose state was never read', async () => {
    const { RTCPeerConnection } = webRtc.wrtc as { RTCPeerConnection: typeof globalThis.RTCPeerConnection }
    const [ours, theirs] = [new RTCPeerConnection(), new RTCPeerConnection()]
    const gathered = (connection: RTCPeerConnection) =>
      new Promise<RTCSessionDescription>((resolve) => {
        connection.onicecandidate = ({ candidate }) =>
          candidate === null && resolve(connection.localDescription as RTCSessionDescription)
      })
    const channel = ours.createDataChannel('lp')
    const [offer, answer] = [gathered(ours), gathered(theirs)]
    await ours.setLocalDescription()
    await theirs.setRemoteDescription(await offer)
    await theirs.setLocalDescription()
    await ours.setRemoteDescription(await answer)
    const event = (name: string) => new Promise((resolve) => channel.addEventListener(name, resolve))
    await event('open')
    const closed = event('close')
    theirs.close()
    await closed
    expect(ours.connectionState).not.toBe('failed')
    ours.close()
  })

  test('connects fifty pairs of peers, eight pairs at a time', async () => {
    let left = 50
    const connect = async () => {
      while (left-- > 0) for (const channel of await connectPair(webRtc)) channel.close()
    }
    await Promise.all(Array.from({ length: 8 }, connect))
  })

  test('lets the process end after cleanup', async () => {
    const script = await bundle('../src/node/wrtc.ts', 'node')
    const program = `${script}
      const webRtc = createWrtc({ bindAddress: '127.0.0.1' })
      const connection = new webRtc.wrtc.RTCPeerConnection({ iceServers: [] })
      connection.createDataChannel('lp')
      await connection.createOffer()
      webRtc.cleanup()`
    const child = spawn(process.execPath, ['--input-type=module', '-'], {
      cwd: import.meta.dirname,
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    child.stdin.end(program)
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

describe('Chromium and Node', () => {
  let browser: Browser
  let origin: string
  let close: () => void

  beforeAll(async () => {
    const pages = await servePage()
    const tracker = attachTracker({ server: pages.server })
    origin = pages.origin
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--allow-loopback-in-peer-connection'],
    })
    close = () => {
      tracker.close()
      pages.close()
    }
  })
  afterAll(async () => {
    await browser.close()
    close()
  })

  // The candidates of a page with permission for the camera contain IP addresses. The candidates of other pages contain random `.local`
  // names.
  for (const [who, permissions, offers] of [
    ['a page with permission for the camera makes the offer', ['camera', 'microphone'], 5],
    ['a page without permission for the camera makes the offer', [], 5],
    ['a page without permission for the camera answers the offer', [], 0],
  ] as const) {
    test(`exchange 5 MB in both directions: ${who}`, async () => {
      const infoHash = randomInfoHash()
      const calls = { offers: offers === 0 ? 5 : 0, announceIntervalMs: { searching: 300, satisfied: 1_000 } }
      const room = createNodeTransport(webRtc).join({ infoHash, trackers: [`ws://${origin}/announce`], ...calls })
      const context = await browser.newContext({ permissions: [...permissions] })
      const page = await context.newPage()
      const bytes = 5 * 1024 * 1024
      const query = new URLSearchParams({
        infoHash,
        tracker: `ws://${origin}/announce`,
        bytes: `${bytes}`,
        offers: `${offers}`,
      })
      await page.goto(`http://${origin}/?${query}`)

      const [channel] = await channelsOf(room, 1)
      if (!channel) throw expect.fail('no channel')
      const data = randomBytes(bytes)
      // Each side first sends one message, as peers send HELLO. libdatachannel uses one thread to deliver the messages that
      // arrived before the first listener was added, and another thread to deliver later messages. So without this first exchange,
      // messages could arrive in the wrong order.
      const greeted = channel.next('message')
      channel.send(new Uint8Array(1))
      await greeted
      const [received] = await Promise.all([receiveAll(channel, bytes), sendAll(channel, data)])
      const report = await page.evaluate<{ sent: string; received: string; connection: unknown }>('report')

      expect(report.received).toBe(sha256(data))
      expect(report.sent).toBe(sha256(received))
      expect(report.connection).toEqual(Hello.otherEnd(channel.connection))

      const left = channel.next('close')
      await page.close()
      await left
      room.leave()
      await context.close()
    })
  }
})
