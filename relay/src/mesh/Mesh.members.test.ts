import type { Hex } from 'viem'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Member, type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { TestFinder } from '../../testbeds/TestFinder'
import { randomInfoHash, startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import { Dialer } from './webrtc'
import type * as Wire from './wire'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

/** Connects two members without a tracker. */
function connect(caller: Member, callee: Member) {
  const finder = new TestFinder({ peerId: callee.id })
  callee.room.find(finder)
  caller.room.find(new TestFinder({ peerId: caller.id, callees: [finder] }))
}

describe('members of a room without a tracker', () => {
  test('have eight neighbours again each time one of twelve members leaves', async () => {
    const members = Array.from({ length: 12 }, () => neighbourhood.join({ wantedChannels: 8 }))
    await Promise.all(members.map((member) => untilPeers(member, 8)))
    await neighbourhood.tracker.close()
    for (const leaving of members.splice(0, 3)) {
      const left = Promise.all(members.map(({ room }) => room.channels.get(leaving.id)?.next('close')))
      leaving.mesh.leave()
      await left
      await Promise.all(members.map((member) => untilPeers(member, 8)))
    }
    // Nine members are left, so each of them is connected to all others.
    for (const { room, id } of members)
      expect(new Set([id, ...room.channels.keys()])).toEqual(new Set(members.map((member) => member.id)))
    expect(members.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('connect to a new member that knows only one of them', async () => {
    const members = Array.from({ length: 5 }, () => neighbourhood.join())
    await Promise.all(members.map((member) => untilPeers(member, 4)))
    await neighbourhood.tracker.close()
    const late = neighbourhood.join({ trackers: [] })
    connect(late, members[0] as Member)
    await untilPeers(late, 5)
    expect(new Set(late.room.channels.keys())).toEqual(new Set(members.map(({ id }) => id)))
  })

  test('all connect to each other, although each new member knew only the member that had joined directly before it', async () => {
    const members = Array.from({ length: 6 }, () => neighbourhood.join({ trackers: [] }))
    for (const [index, member] of members.entries()) if (index > 0) connect(member, members[index - 1] as Member)
    await Promise.all(members.map((member) => untilPeers(member, 5)))
    for (const { room } of members) expect(room.channels.size).toBe(5)
  })
})

/** A stranger with the capability `introductions`, and all messages that it has received, in order. */
function stranger(options: Parameters<Neighbourhood['stranger']>[1] = { capabilities: ['introductions'] }) {
  const got: Wire.Message[] = []
  const peers: Peer[] = []
  const looks = new Set<() => void>()
  const lookAgain = () => {
    for (const look of [...looks]) look()
  }
  const { room, id } = neighbourhood.stranger((peer) => {
    peers.push(peer)
    peer.on('message', (message) => {
      got.push(message)
      lookAgain()
    })
    lookAgain()
  }, options)
  /** Resolves to the result of `find` as soon as it is defined. */
  const until = <Result>(find: () => Result | undefined) =>
    new Promise<Result>((resolve) => {
      const look = () => {
        const result = find()
        if (result === undefined) return
        looks.delete(look)
        resolve(result)
      }
      looks.add(look)
      look()
    })
  const all = <Type extends Wire.Message['type']>(type: Type) =>
    got.filter((message) => message.type === type) as Extract<Wire.Message, { type: Type }>[]
  return {
    ...{ room, id, got, all },
    /** Resolves when `count` messages of this type have arrived. */
    heard: <Type extends Wire.Message['type']>(type: Type, count = 1) =>
      until(() => (all(type).length >= count ? all(type) : undefined)),
    /** The connection to the member. */
    to: ({ id }: { id: Hex }) => until(() => peers.find((peer) => peer.id === id)),
  }
}

const call = (peerId: Hex, sdp = 'v=0') =>
  ({ type: 'call', isForwarded: false, peerId, offerId: randomInfoHash(), sdp }) as const

describe('a member that forwards calls', () => {
  test('forwards a call to the callee, and forwards one answer of the callee, but no answer of another member', async () => {
    const hub = neighbourhood.join()
    const [caller, callee, thief] = [stranger(), stranger(), stranger()]
    const [fromCaller, fromCallee, fromThief] = await Promise.all([caller, callee, thief].map((each) => each.to(hub)))
    // The hub can forward a call only after it has read the HELLO of the callee.
    await untilPeers(hub, 3)
    const sent = call(callee.id)
    fromCaller?.send(sent)
    expect(await callee.heard('call')).toEqual([{ ...sent, isForwarded: true, peerId: caller.id }])
    const { offerId } = sent
    fromThief?.send({ type: 'callAnswer', offerId, sdp: 'of the thief' })
    // The hub handles the messages of one peer in order. So when the hub refuses this call, it has handled the answer of the thief.
    fromThief?.send(call(randomInfoHash()))
    await thief.heard('callRefusal')
    fromCallee?.send({ type: 'callAnswer', offerId, sdp: 'of the callee' })
    fromCallee?.send({ type: 'callAnswer', offerId, sdp: 'a second answer' })
    fromCallee?.send(call(randomInfoHash()))
    await callee.heard('callRefusal')
    expect(await caller.heard('callAnswer')).toEqual([{ type: 'callAnswer', offerId, sdp: 'of the callee' }])
    expect(hub.bans).toEqual([])
  })

  test('refuses a call if the callee is not its neighbour, is the caller, or is the member itself', async () => {
    const hub = neighbourhood.join()
    const caller = stranger()
    const peer = await caller.to(hub)
    for (const peerId of [randomInfoHash(), caller.id, hub.id]) peer.send(call(peerId))
    expect(await caller.heard('callRefusal', 3)).toHaveLength(3)
    expect(caller.all('call')).toEqual([])
  })

  test('sends few calls to one callee, even if several members call it many times', async () => {
    const hub = neighbourhood.join()
    const callee = stranger()
    const callers = Array.from({ length: 4 }, () => stranger())
    const peers = await Promise.all(callers.map((caller) => caller.to(hub)))
    await untilPeers(hub, 5)
    const startMs = performance.now()
    for (const peer of peers) for (let copy = 0; copy < 20; copy++) peer.send(call(callee.id))
    const refused = () => callers.reduce((sum, { all }) => sum + all('callRefusal').length, 0)
    await callee.heard('call', 16)
    await expect.poll(() => refused() + callee.all('call').length).toBe(80)
    const seconds = (performance.now() - startMs) / 1_000
    expect(callee.all('call').length).toBeLessThanOrEqual(16 + 4 * seconds + 1)
    expect(hub.bans).toEqual([])
  })
})

describe('a member among hostile neighbours', () => {
  test.each<[string, (peer: Peer) => void]>([
    ['calls', (peer) => peer.send(call(randomInfoHash()))],
    ['forwarded calls', (peer) => peer.send({ ...call(randomInfoHash()), isForwarded: true })],
    ['lists of members', (peer) => peer.send({ type: 'members', peerIds: [randomInfoHash()] })],
  ])('bans a neighbour that sends too many %s', async (_, send) => {
    const member = neighbourhood.join()
    const peer = await stranger().to(member)
    const closed = new Promise((resolve) => peer.on('close', resolve))
    for (let copy = 0; copy < 150; copy++) send(peer)
    await closed
    expect(member.bans).toEqual(['introductions.FloodError'])
  })

  test('calls few of the members that a hostile neighbour invents, and connects to a member that an honest neighbour names', async () => {
    const liar = stranger()
    const [hub, friend] = [neighbourhood.join(), neighbourhood.join()]
    await Promise.all([untilPeers(hub, 2), untilPeers(friend, 2)])
    const victim = neighbourhood.join({ trackers: [] })
    const finder = new TestFinder({ peerId: liar.id })
    liar.room.find(finder)
    victim.room.find(new TestFinder({ peerId: victim.id, callees: [finder] }))
    const peer = await liar.to(victim)
    const startMs = performance.now()
    for (let list = 0; list < 20; list++)
      peer.send({ type: 'members', peerIds: Array.from({ length: 32 }, () => randomInfoHash()) })
    await liar.heard('call', 4)
    // The liar does not answer. The victim also learns of an honest member.
    connect(victim, hub)
    await untilPeers(victim, 3)
    expect(victim.room.channels.has(friend.id)).toBe(true)
    const seconds = (performance.now() - startMs) / 1_000
    const toInvented = liar.all('call').filter(({ isForwarded }) => !isForwarded)
    expect(toInvented.length).toBeLessThanOrEqual(16 + 4 * seconds + 1)
    expect(victim.bans).toEqual([])
  })

  test('gives at most half of its channels to calls that one neighbour forwards, and still connects to peers that the tracker finds', async () => {
    const victim = neighbourhood.join({ wantedChannels: 8 })
    const attacker = stranger()
    const peer = await attacker.to(victim)
    const dialer = new Dialer({ wrtc: webRtc.wrtc })
    const aborts = Array.from({ length: 12 }, () => new AbortController())
    const offers = await Promise.all(aborts.map(({ signal }) => dialer.offer(signal)))
    for (const { sdp } of offers) peer.send({ ...call(randomInfoHash(), sdp), isForwarded: true })
    await expect.poll(() => attacker.all('callAnswer').length + attacker.all('callRefusal').length).toBe(12)
    expect(attacker.all('callAnswer')).toHaveLength(8)
    const honest = Array.from({ length: 4 }, () => neighbourhood.join())
    await Promise.all(honest.map((member) => untilPeers(member, 5)))
    for (const { id } of honest) expect(victim.room.channels.has(id)).toBe(true)
    for (const abort of aborts) abort.abort()
  })

  test('still connects to a member after it has banned a stranger that used the id of this member', async () => {
    const victim = neighbourhood.join()
    const attacker = stranger()
    const peer = await attacker.to(victim)
    const name = randomInfoHash()
    const half = await new Dialer({ wrtc: webRtc.wrtc }).offer(new AbortController().signal)
    const sent = { ...call(name, half.sdp), isForwarded: true }
    peer.send(sent)
    const [answer] = await attacker.heard('callAnswer')
    const channel = await half.connect({ peerId: victim.id, sdp: answer?.sdp ?? '' })
    channel.send(Uint8Array.of(0x10))
    await expect.poll(() => victim.bans).toHaveLength(1)
    // The member to which the id belongs comes through the tracker.
    const owner = neighbourhood.join({ peerId: name })
    await untilPeers(owner, 2)
    expect(victim.room.channels.has(name)).toBe(true)
  })
})

test('a member without the capability `introductions` gets no message about introductions, and no list of members names it', async () => {
  const old = stranger({})
  const witness = stranger()
  const members = [neighbourhood.join(), neighbourhood.join()]
  for (const member of members) await Promise.all([old.to(member), witness.to(member)])
  await witness.heard('members', 2)
  const named = witness.all('members').flatMap(({ peerIds }) => peerIds)
  expect(new Set(named)).toEqual(new Set(members.map(({ id }) => id)))
  expect(old.got.filter(({ type }) => type === 'members' || type.startsWith('call'))).toEqual([])
  expect(members.flatMap(({ bans }) => bans)).toEqual([])
})
