import { createTransport } from '../src/mesh/createTransport'
import { decode } from '../src/mesh/DirectAddress'
import type { Channel } from '../src/mesh/Transport'

/**
 * The browser's side of `node/wrtc.test.ts` and `node/DirectCalls.test.ts`: joins the peers of the info hash in the page's URL, exchanges
 * bytes with one peer, and reports hashes.
 */
const { infoHash, tracker, relay, bytes, offers } = Object.fromEntries(new URLSearchParams(location.search)) as Record<
  string,
  string
>

function receive(channel: Channel, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(length)
  let received = 0
  let greeted = false
  return new Promise((resolve) => {
    channel.on('message', (message) => {
      if (!greeted) {
        greeted = true
        return
      }
      data.set(message, received)
      received += message.length
      if (received === length) resolve(data)
    })
  })
}

async function send(channel: Channel, data: Uint8Array) {
  for (let offset = 0; offset < data.length; offset += 48 * 1024) {
    if (channel.bufferedAmount > 1024 * 1024) await channel.next('drain')
    channel.send(data.slice(offset, offset + 48 * 1024))
  }
}

async function sha256(data: Uint8Array<ArrayBuffer>) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function run() {
  const length = Number(bytes)
  const options = {
    infoHash: infoHash as `0x${string}`,
    trackers: tracker ? [tracker] : [],
    relays: relay ? [decode(relay)] : [],
    offers: Number(offers),
  }
  const room = createTransport().join(options)
  room.on('fault', (error) => console.error(error.message))
  // A closed tab does not close its channels. Without this call, the peers would detect only after half a minute that the tab is
  // closed.
  addEventListener('pagehide', () => room.leave())
  const [channel] = await room.next('channel')
  const ours = new Uint8Array(length)
  for (let offset = 0; offset < length; offset += 65_536)
    crypto.getRandomValues(ours.subarray(offset, Math.min(offset + 65_536, length)))
  const greeted = channel.next('message')
  const receiving = receive(channel, length)
  channel.send(new Uint8Array(1))
  await greeted
  const [theirs] = await Promise.all([receiving, send(channel, ours)])
  return { sent: await sha256(ours), received: await sha256(theirs), connection: channel.connection }
}

Object.assign(globalThis, { report: run() })
