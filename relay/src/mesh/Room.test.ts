import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Hello } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { startLyingTracker } from '../../testbeds/lyingTracker'
import { type Callee, TestFinder } from '../../testbeds/TestFinder'
import {
  channelsOf,
  createNodeTransport,
  HoldingWebSocket,
  randomInfoHash,
  receiveAll,
  sendAll,
  startTracker,
  startWebRtc,
} from '../../testbeds/wrtc'
import { WebSocket } from '../node/wrtc'
import { createTransport } from './createTransport'
import type { Channel, Room, RoomOptions } from './Transport'
import { format } from './trackerMessage'

const webRtc = startWebRtc()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => webRtc.cleanup())

async function tracker(options: { port?: number } = {}) {
  const host = await startTracker(options)
  closing.push(host.close)
  return host
}

type Member = Room & { peerId: Hex; opened: Channel[] }

function join(
  options: Pick<RoomOptions, 'infoHash' | 'trackers'> & Partial<RoomOptions>,
  transport = createNodeTransport(webRtc),
): Member {
  const room = transport.join({ announceIntervalMs: { searching: 300, satisfied: 1_000 }, ...options })
  const opened: Channel[] = []
  room.on('channel', (channel) => opened.push(channel))
  closing.push(() => room.leave())
  return Object.assign(room, { peerId: transport.peerId, opened })
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

async function exchange(from: Channel, to: Channel, bytes: number) {
  const data = randomBytes(bytes)
  const [received] = await Promise.all([receiveAll(to, bytes), sendAll(from, data)])
  expect(sha256(received)).toBe(sha256(data))
}

const channelTo = (room: Member, peer: Member): Channel => {
  const channel = room.channels.get(peer.peerId)
  if (!channel) throw expect.fail('no channel between the two members')
  return channel
}

async function joinTwo(trackers: string[]): Promise<[Member, Member]> {
  const infoHash = randomInfoHash()
  const pair: [Member, Member] = [join({ infoHash, trackers }), join({ infoHash, trackers })]
  await Promise.all(pair.map((room) => channelsOf(room, 1)))
  return pair
}

describe('a room', () => {
  test('finds peers without a tracker, and closes its finders when we leave', async () => {
    const infoHash = randomInfoHash()
    const [alice, bob] = [join({ infoHash, trackers: [] }), join({ infoHash, trackers: [] })]
    const bobs = new TestFinder({ peerId: bob.peerId })
    const alices = new TestFinder({ peerId: alice.peerId, callees: [bobs] })
    const close = vi.spyOn(alices, 'close')
    bob.find(bobs)
    alice.find(alices)
    await Promise.all([channelsOf(alice, 1), channelsOf(bob, 1)])
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024)
    alice.leave()
    expect(close).toHaveBeenCalledOnce()
  })

  test('gives the reserved channels of a finder only to peers of this finder', async () => {
    const infoHash = randomInfoHash()
    const hub = join({ infoHash, trackers: [], maxChannels: 2 })
    const greedy = new TestFinder({ peerId: hub.peerId })
    const reserving = new TestFinder({ peerId: hub.peerId, reserved: 1 })
    for (const finder of [greedy, reserving]) hub.find(finder)
    const call = ({ peerId, receive }: TestFinder) =>
      new Promise<boolean>((resolve) => {
        const caller = join({ infoHash, trackers: [] })
        const callee: Callee = {
          peerId,
          async receive(...offer) {
            const opened = await receive(...offer)
            resolve(opened)
            return opened
          },
        }
        caller.find(new TestFinder({ peerId: caller.peerId, callees: [callee] }))
      })
    expect(await call(greedy)).toBe(true)
    expect(await call(greedy)).toBe(false)
    expect(await call(reserving)).toBe(true)
    expect(hub.channels.size).toBe(2)
  })

  test('connects two peers: they send 10 MB in each direction, and know each other’s certificate', async () => {
    const { url } = await tracker()
    const [alice, bob] = await joinTwo([url])
    const [toBob, toAlice] = [channelTo(alice, bob), channelTo(bob, alice)]
    expect(toBob.connection).toEqual(Hello.otherEnd(toAlice.connection))
    const localFingerprint = expect.stringMatching(/^sha-256 [\da-f]{2}(:[\da-f]{2}){31}$/)
    expect(toBob.connection).toMatchObject({ localFingerprint })
    const bytes = 10 * 1024 * 1024
    await Promise.all([exchange(toBob, toAlice, bytes), exchange(toAlice, toBob, bytes)])
  })

  test('connects each of five peers with the four others, and all can send at the same time', async () => {
    const { url } = await tracker()
    const infoHash = randomInfoHash()
    const rooms = Array.from({ length: 5 }, () => join({ infoHash, trackers: [url] }))
    await Promise.all(rooms.map((room) => channelsOf(room, 4)))
    const flows = rooms.flatMap((from) => rooms.filter((to) => to !== from).map((to) => [from, to] as const))
    await Promise.all(flows.map(([from, to]) => exchange(channelTo(from, to), channelTo(to, from), 512 * 1024)))
    for (const room of rooms) expect(room.opened).toHaveLength(4)
  })

  test('closes the channels without a fault when a peer leaves', async () => {
    const { url } = await tracker()
    const [alice, bob] = await joinTwo([url])
    const closed = channelTo(alice, bob).next('close')
    bob.leave()
    expect(await closed).toEqual([undefined])
    expect(alice.channels.size).toBe(0)
    expect(bob.channels.size).toBe(0)
  })

  test('keeps its channels while the tracker is down, and connects to new peers when the tracker is back', async () => {
    const host = await tracker()
    const [alice, bob] = await joinTwo([host.url])
    const down = alice.next('tracker')
    await host.close()
    expect(await down).toEqual([{ url: host.url, up: false }])
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024 * 1024)

    await tracker({ port: host.port })
    const carol = join({ infoHash: alice.infoHash, trackers: [host.url] })
    await Promise.all([alice, bob, carol].map((room) => channelsOf(room, 2)))
    await exchange(channelTo(carol, alice), channelTo(alice, carol), 1024)
    expect(alice.opened).toHaveLength(2)
  })

  test('makes one channel when two peers send each other offers at the same time', async () => {
    const { url } = await tracker()
    for (let round = 0; round < 5; round++) {
      const infoHash = randomInfoHash()
      // Because of the third, silent peer, both callers send offers immediately. `HoldingWebSocket` delivers no offer before both
      // callers have sent one.
      const silent = join({ infoHash, trackers: [url], offers: 0, maxChannels: 0 })
      await silent.next('tracker')
      const WebSocket = HoldingWebSocket.pair()
      const callers = [0, 1].map(() => join({ infoHash, trackers: [url] }, createTransport({ ...webRtc, WebSocket })))
      const [alice, bob] = callers as [Member, Member]
      await Promise.all(callers.map((room) => channelsOf(room, 1)))
      await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024)
      expect(alice.opened).toHaveLength(1)
      expect(bob.opened).toHaveLength(1)
      expect(channelTo(alice, bob).connection).toEqual(Hello.otherEnd(channelTo(bob, alice).connection))
      for (const room of [...callers, silent]) room.leave()
    }
  })

  test('makes one channel to a peer that uses the same two trackers', async () => {
    const [first, second] = [await tracker(), await tracker()]
    const [alice, bob] = await joinTwo([first.url, second.url])
    // When a third peer has channels to both peers, both trackers have forwarded the offers.
    const carol = join({ infoHash: alice.infoHash, trackers: [second.url, first.url] })
    await Promise.all([alice, bob, carol].map((room) => channelsOf(room, 2)))
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024)
    expect([alice.opened.length, bob.opened.length, carol.opened.length]).toEqual([2, 2, 2])
  })

  test('connects to new peers through the second tracker when the first tracker closes in mid-stream', async () => {
    const [first, second] = [await tracker(), await tracker()]
    const trackers = [first.url, second.url]
    const [alice, bob] = await joinTwo(trackers)
    await first.close()
    const carol = join({ infoHash: alice.infoHash, trackers })
    await Promise.all([alice, bob, carol].map((room) => channelsOf(room, 2)))
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024 * 1024)
    await exchange(channelTo(carol, bob), channelTo(bob, carol), 1024)
  })

  test('connects two peers, although one of two trackers returns only attackers that try to take all channels', async () => {
    const [liar, honest] = [await startLyingTracker(webRtc), await tracker()]
    closing.push(liar.close)
    const room = { infoHash: randomInfoHash(), trackers: [liar.url, honest.url], maxChannels: 4 }
    const alice = join(room)
    const faults: string[] = []
    alice.on('fault', ({ name }) => faults.push(name))
    // The attackers have all channels except the channel that is reserved for peers of the honest tracker.
    await channelsOf(alice, 3)
    const bob = join(room)
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      while (!from.channels.has(to.peerId)) await from.next('channel')
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024)
    expect(faults).toContain('Signaling.TrackerMessageError')
  })

  test('holds at most `maxChannels` channels', async () => {
    const { url } = await tracker()
    const infoHash = randomInfoHash()
    const hub = join({ infoHash, trackers: [url], maxChannels: 2, offers: 0 })
    const others = Array.from({ length: 4 }, () => join({ infoHash, trackers: [url] }))
    await Promise.all([channelsOf(hub, 2), ...others.map((room) => channelsOf(room, 3))])
    expect(hub.opened).toHaveLength(2)
  })

  test('avoids a peer: closes its channel and neither makes offers to it nor answers its offers', async () => {
    const { url } = await tracker()
    const [alice, bob] = await joinTwo([url])
    const closed = channelTo(bob, alice).next('close')
    alice.avoid(bob.peerId)
    await closed
    // Bob wants more channels. So Bob's room makes offers, and connects to two more peers one after the other.
    for (const _ of [1, 2]) {
      const carol = join({ infoHash: alice.infoHash, trackers: [url] })
      await Promise.all([channelsOf(carol, 2), bob.next('channel')])
      carol.leave()
    }
    expect(alice.opened.filter(({ peerId }) => peerId === bob.peerId)).toHaveLength(1)
  })

  test('reports malformed offers, and still connects to other peers', async () => {
    const { url } = await tracker()
    const alice = join({ infoHash: randomInfoHash(), trackers: [url], offers: 0 })
    await alice.next('tracker')
    const peerId = randomInfoHash()
    const stranger = new WebSocket(url)
    closing.push(() => stranger.terminate())
    await once(stranger, 'open')
    const fault = alice.next('fault')
    const offers = ['', 'v=0', 'x'.repeat(10_000)].map((sdp) => ({ offerId: randomInfoHash(), sdp }))
    for (const offer of offers) stranger.send(format({ offers: [offer] }, { infoHash: alice.infoHash, peerId }))
    expect((await fault)[0].name).toBe('Sdp.MalformedError')
    const bob = join({ infoHash: alice.infoHash, trackers: [url] })
    await Promise.all([alice, bob].map((room) => channelsOf(room, 1)))
    await exchange(channelTo(alice, bob), channelTo(bob, alice), 1024)
  })

  test('reports a tracker that cannot be reached, and never throws', async () => {
    const room = join({ infoHash: randomInfoHash(), trackers: ['http://nowhere.invalid', 'ws://127.0.0.1:1/announce'] })
    const faults: string[] = []
    room.on('fault', (error) => faults.push(error.name))
    await room.next('fault')
    await room.next('fault')
    expect(new Set(faults)).toEqual(new Set(['Signaling.UnreachableError']))
  })
})
