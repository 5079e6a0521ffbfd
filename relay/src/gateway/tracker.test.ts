import { on, once } from 'node:events'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { randomInfoHash, startTracker, type TrackerHost } from '../../testbeds/wrtc'
import { type Announce, format, parse, type TrackerMessage } from '../mesh/trackerMessage'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function tracker(options: Parameters<typeof startTracker>[0] = {}): Promise<TrackerHost> {
  const host = await startTracker(options)
  closing.push(host.close)
  return host
}

/** A client that can send any message. */
async function connect(
  url: string,
  infoHash = randomInfoHash(),
  peerId = randomInfoHash(),
  options: ClientOptions = {},
) {
  const socket = new WebSocket(url, options)
  closing.push(() => socket.terminate())
  await once(socket, 'open')
  const messages = on(socket, 'message')
  const heard = async (): Promise<TrackerMessage | undefined> =>
    parse(String((await messages.next()).value[0]), infoHash)
  const announce = (message: Announce) => socket.send(format(message, { infoHash, peerId }))
  return { socket, infoHash, peerId, heard, announce }
}

describe('a tracker', () => {
  test('forwards offers and answers, and counts the peers', async () => {
    const { url, tracker: served } = await tracker()
    const alice = await connect(url)
    const bob = await connect(url, alice.infoHash)
    for (const [client, peersInRoom] of [
      [alice, 1],
      [bob, 2],
    ] as const) {
      client.announce({ event: 'started' })
      expect(await client.heard()).toEqual({ type: 'announced', peersInRoom })
    }
    expect(served.stats()).toEqual({ rooms: 1, peers: 2 })

    const offerId = randomInfoHash()
    bob.announce({ offers: [{ offerId, sdp: 'call' }] })
    expect(await alice.heard()).toEqual({ type: 'offer', peerId: bob.peerId, offerId, sdp: 'call' })
    expect(await bob.heard()).toMatchObject({ type: 'announced' })
    alice.announce({ answer: { peerId: bob.peerId, offerId, sdp: 'answer' } })
    expect(await bob.heard()).toEqual({ type: 'answer', peerId: alice.peerId, offerId, sdp: 'answer' })
  })

  test('lets 60 viewers behind one address join a room and get peers', async () => {
    const { url, tracker: served } = await tracker()
    const infoHash = randomInfoHash()
    const viewers = await Promise.all(Array.from({ length: 60 }, () => connect(url, infoHash)))
    for (const viewer of viewers) {
      viewer.announce({ event: 'started' })
      expect(await viewer.heard()).toMatchObject({ type: 'announced' })
    }
    expect(served.stats()).toEqual({ rooms: 1, peers: 60 })
    for (const viewer of viewers)
      viewer.announce({ offers: Array.from({ length: 5 }, () => ({ offerId: randomInfoHash(), sdp: 'call' })) })
    const callees = await Promise.all(
      viewers.map(async ({ heard, announce }) => {
        const callees = new Set<string>()
        while (callees.size < 5) {
          const message = await heard()
          if (message?.type === 'offer') announce({ answer: { ...message, sdp: 'answer' } })
          if (message?.type === 'answer') callees.add(message.peerId)
        }
        return callees.size
      }),
    )
    expect(callees).toEqual(Array(60).fill(5))
  })

  test('has a place for other addresses while one address holds all the places that it can get', async () => {
    const { url } = await tracker({ maxConnections: 32 })
    const from = (localAddress: string) => connect(url, randomInfoHash(), randomInfoHash(), { localAddress })
    const flood = await Promise.all(Array.from({ length: 16 }, () => from('127.0.0.1')))
    await expect(from('127.0.0.1')).rejects.toThrow('503')
    const other = await from('127.0.0.2')
    other.announce({ event: 'started' })
    expect(await other.heard()).toMatchObject({ type: 'announced' })
    // A place is free again when its connection has ended.
    for (const { socket } of flood.slice(0, 2)) {
      socket.close()
      await once(socket, 'close')
    }
    await from('127.0.0.1')
  })

  test('forgets peers that have left, and then the room without peers', async () => {
    const { url, tracker: served } = await tracker()
    const alice = await connect(url)
    const bob = await connect(url, alice.infoHash)
    for (const client of [alice, bob]) {
      client.announce({ event: 'started' })
      await client.heard()
    }
    bob.socket.close()
    await once(bob.socket, 'close')
    alice.announce({})
    expect(await alice.heard()).toEqual({ type: 'announced', peersInRoom: 1 })
    expect(served.stats()).toEqual({ rooms: 1, peers: 1 })
    alice.socket.close()
    await expect.poll(() => served.stats()).toEqual({ rooms: 0, peers: 0 })
  })

  test('refuses a peer id while another client uses it, and accepts the id when that client has left', async () => {
    const { url } = await tracker()
    const alice = await connect(url)
    const thief = await connect(url, alice.infoHash, alice.peerId)
    alice.announce({ event: 'started' })
    await alice.heard()
    thief.announce({ event: 'stopped' })
    expect(await thief.heard()).toEqual({ type: 'failure', reason: 'This peer id is taken.' })
    alice.socket.close()
    await once(alice.socket, 'close')
    thief.announce({ event: 'started' })
    expect(await thief.heard()).toEqual({ type: 'announced', peersInRoom: 1 })
  })

  test('lets one peer join several rooms, each over its own connection', async () => {
    const { url } = await tracker()
    const alice = await connect(url)
    const again = await connect(url, randomInfoHash(), alice.peerId)
    for (const client of [alice, again]) {
      client.announce({ event: 'started' })
      expect(await client.heard()).toEqual({ type: 'announced', peersInRoom: 1 })
    }
    again.socket.close()
    await once(again.socket, 'close')
    const thief = await connect(url, alice.infoHash, alice.peerId)
    thief.announce({ event: 'started' })
    expect(await thief.heard()).toEqual({ type: 'failure', reason: 'This peer id is taken.' })
  })

  test('serves only the rooms that its filter allows', async () => {
    const infoHash = randomInfoHash()
    const { url } = await tracker({ filter: (room) => room === infoHash })
    const [welcome, stranger] = [await connect(url, infoHash), await connect(url)]
    welcome.announce({ event: 'started' })
    expect(await welcome.heard()).toMatchObject({ type: 'announced' })
    stranger.announce({ event: 'started' })
    expect(await stranger.heard()).toEqual({ type: 'failure', reason: 'This tracker does not serve this room.' })
  })

  // Without our checks, each of the first two messages would end a process that runs bittorrent-tracker 11.2.3.
  test.each([
    ['offers that are null', (info: object) => ({ ...info, offers: [null] })],
    ['a scrape request whose room is a number', () => ({ action: 'scrape', info_hash: 5 })],
    ['a scrape request for all rooms', () => ({ action: 'scrape' })],
    ['a hundred offers', (info: object) => ({ ...info, offers: Array.from({ length: 100 }, () => ({})) })],
    ['an unknown event', (info: object) => ({ ...info, event: '__proto__' })],
    ['null instead of a message', () => null],
  ])('disconnects a client that sends %s, and still serves other clients', async (_, message) => {
    const { url } = await tracker()
    const alice = await connect(url)
    alice.announce({ event: 'started' })
    await alice.heard()
    const stranger = await connect(url, alice.infoHash)
    const { action, info_hash, peer_id } = JSON.parse(format({}, stranger))
    stranger.socket.send(JSON.stringify(message({ action, info_hash, peer_id })))
    const [code] = await once(stranger.socket, 'close')
    expect(code).toBe(1008)
    alice.announce({})
    expect(await alice.heard()).toEqual({ type: 'announced', peersInRoom: 1 })
  })

  test('disconnects a client that sends too many messages', async () => {
    const { url } = await tracker()
    const client = await connect(url)
    for (let message = 0; message < 200; message++) client.announce({})
    expect((await once(client.socket, 'close'))[0]).toBe(1008)
  })

  test.each(['ping', 'pong'] as const)('disconnects a client that sends too many frames of type %s', async (type) => {
    const { url } = await tracker()
    const { socket } = await connect(url)
    for (let frame = 0; frame < 50; frame++) socket[type](new Uint8Array(125))
    await once(socket, 'close')
  })

  test('accepts WebSocket connections only at its own path', async () => {
    const { port } = await tracker()
    const socket = createConnection({ port, host: '127.0.0.1' })
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
  })
})
