import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesToHex, type Hex } from 'viem'
import { attachTracker, type Tracker, type TrackerOptions } from '../src/gateway/tracker'
import { createTransport, type TransportOptions } from '../src/mesh/createTransport'
import type { Channel, Room, Transport } from '../src/mesh/Transport'
import { Dialer } from '../src/mesh/webrtc'
import { createWrtc, type NodeWebRtc, WebSocket } from '../src/node/wrtc'

/** A real tracker on loopback, for tests. */
export type TrackerHost = { url: string; port: number; tracker: Tracker; close(): Promise<void> }

export async function startTracker(
  options: Omit<TrackerOptions, 'server'> & { port?: number } = {},
): Promise<TrackerHost> {
  const server: Server = createServer((_, response) => response.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const tracker = attachTracker({ server, ...options })
  return {
    url: `ws://127.0.0.1:${port}/announce`,
    port,
    tracker,
    close: () => {
      tracker.close()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Real WebRTC on loopback. */
export const startWebRtc = (): NodeWebRtc => createWrtc({ bindAddress: '127.0.0.1' })

export const createNodeTransport = (
  { wrtc }: Pick<NodeWebRtc, 'wrtc'>,
  options: Pick<TransportOptions, 'peerId' | 'listener' | 'iceServers'> = {},
): Transport => createTransport({ wrtc, WebSocket, ...options })

/** The two ends of a real connection that was made without a tracker. */
export async function connectPair({ wrtc }: NodeWebRtc): Promise<[Channel, Channel]> {
  const dialer = new Dialer({ wrtc })
  const { signal } = new AbortController()
  const caller = await dialer.offer(signal)
  const callee = await dialer.answer({ peerId: randomInfoHash(), sdp: caller.sdp }, signal)
  return Promise.all([caller.connect({ peerId: randomInfoHash(), sdp: callee.sdp }), callee.channel])
}

export const randomInfoHash = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(20)))

/** Waits until the room has at least `count` channels. Returns the channels. */
export async function channelsOf(room: Room, count: number): Promise<Channel[]> {
  while (room.channels.size < count) await room.next('channel')
  return [...room.channels.values()]
}

/** Sends `data` in messages of 48 KiB, and waits when too much is queued. */
export async function sendAll(channel: Channel, data: Uint8Array): Promise<void> {
  for (let offset = 0; offset < data.length; offset += 48 * 1024) {
    if (channel.bufferedAmount > 1024 * 1024) await channel.next('drain')
    channel.send(data.subarray(offset, offset + 48 * 1024))
  }
}

/** The next `length` bytes that arrive. */
export function receiveAll(channel: Channel, length: number): Promise<Uint8Array> {
  const data = new Uint8Array(length)
  let received = 0
  return new Promise((resolve) => {
    const stop = channel.on('message', (bytes) => {
      data.set(bytes, received)
      received += bytes.length
      if (received < length) return
      stop()
      resolve(data)
    })
  })
}

/** Makes the offers of two clients cross: each client receives an offer only after both clients have sent an offer. */
export const HoldingWebSocket = {
  pair(): typeof WebSocket {
    const holding = new Set<object>()
    let release: () => void = () => {}
    const bothCalled = new Promise<void>((resolve) => {
      release = resolve
    })
    return class extends WebSocket {
      override send(data: string) {
        super.send(data)
        if (data.includes('"type":"offer"')) holding.add(this)
        if (holding.size === 2) release()
      }

      override emit(event: string | symbol, ...args: unknown[]): boolean {
        if (event !== 'message' || !String(args[0]).includes('"offer":')) return super.emit(event, ...args)
        bothCalled.then(() => super.emit(event, ...args))
        return true
      }
    }
  },
}
