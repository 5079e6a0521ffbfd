import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  Gateway,
  type Member,
  type Neighbourhood,
  openNeighbourhood,
  untilHaves,
  untilPeers,
} from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import { maxDataBytes } from './codec'
import type { Held } from './SegmentStore'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

async function joinViewers(count: number): Promise<Member[]> {
  const members = Array.from({ length: count }, () => neighbourhood.join())
  await Promise.all(members.map((member) => untilPeers(member, count - 1)))
  return members
}

const joinTwo = async () => (await joinViewers(2)) as [Member, Member]

/** All members request the segment at the same time, as in a live stream. */
const fetchAll = (members: readonly Member[], held: Held, gateway: Gateway) =>
  Promise.all(members.map(({ mesh }) => mesh.fetch(gateway.request(held))))

describe('a mesh', () => {
  test('of three viewers gets over half of all bytes from peers, and the viewers take turns at the gateway', async () => {
    const members = await joinViewers(3)
    const gateway = new Gateway()
    const first = await neighbourhood.segment(0)
    await fetchAll(members, first, gateway)
    // At the first segment, no viewer knows which peers watch this level. So each viewer asks the gateway.
    expect(gateway.served).toBe(3)
    const owners = new Set<number>()
    for (let number = 1; number <= 12; number++) {
      const held = await neighbourhood.segment(number)
      const fetched = await fetchAll(members, held, gateway)
      for (const { payload } of fetched) expect(Buffer.from(payload.data).equals(held.data)).toBe(true)
      owners.add(fetched.findIndex(({ from }) => from === 'gateway'))
    }
    const fromPeers = members.reduce((sum, { mesh }) => sum + mesh.stats.bytesFromPeers, 0)
    expect(fromPeers / (15 * 200_000 + 24 * 200_000)).toBeGreaterThan(0.5)
    expect(owners.size).toBeGreaterThan(1)
    expect(members.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('fetches a segment from the peer that holds it, and the second time from its own store', async () => {
    const [ours, theirs] = await joinTwo()
    const gateway = new Gateway()
    const held = await neighbourhood.segment(3)
    theirs.mesh.offer(held)
    await untilHaves(ours, 1)
    expect(await ours.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'peer' })
    expect(await ours.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'store' })
    expect(ours.mesh.stats).toMatchObject({ bytesFromPeers: 200_000, bytesFromRelays: 0, bytesToPeers: 0, peers: 1 })
    expect(theirs.mesh.stats).toMatchObject({ bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 200_000, peers: 1 })
    expect(ours.mesh.stats.neighbours).toEqual([{ id: theirs.id, isRelay: false, bytesFrom: 200_000, bytesTo: 0 }])
    expect(theirs.mesh.stats.neighbours).toEqual([{ id: ours.id, isRelay: false, bytesFrom: 0, bytesTo: 200_000 }])
    expect(gateway.served).toBe(0)
  })

  test('sends the sequence numbers of its segments to a new peer', async () => {
    const early = neighbourhood.join()
    const held = await neighbourhood.segment(0)
    early.mesh.offer(held)
    const late = neighbourhood.join()
    await untilHaves(late, 1)
    const gateway = new Gateway()
    expect(await late.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'peer' })
  })

  test('asks the gateway when a peer would deliver the segment too late', async () => {
    const [ours, theirs] = await joinTwo()
    const held = await neighbourhood.segment(0)
    theirs.mesh.offer(held)
    await ours.mesh
      .fetch(new Gateway().request(held, { spareMs: 100 }))
      .then(({ from }) => expect(from).toBe('gateway'))
  })

  test('counts the bytes from a proven relay and the bytes from viewers separately', async () => {
    const relay = neighbourhood.join({ hello: neighbourhood.asRelay })
    const viewer = neighbourhood.join()
    await viewer.mesh.next('change')
    const held = await neighbourhood.segment(0)
    relay.mesh.offer(held)
    await untilHaves(viewer, 1)
    const { from } = await viewer.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('peer')
    expect(viewer.mesh.stats).toMatchObject({ bytesFromPeers: 0, bytesFromRelays: 200_000, bytesToPeers: 0, peers: 0 })
    expect(viewer.mesh.stats.neighbours).toMatchObject([{ isRelay: true, bytesFrom: 200_000 }])
  })

  test('ignores optional messages that it does not know, and gets the segment from the peer that sent them', async () => {
    const ours = neighbourhood.join()
    const held = await neighbourhood.segment(0)
    neighbourhood.stranger((peer) => {
      const unknown = () => peer.channel.send(Uint8Array.of(0xff, 1, 2, 3))
      peer.on('message', (message) => {
        if (message.type !== 'request') return
        const { requestId } = message
        peer.send({ type: 'header', requestId, segment: held.segment, length: held.data.length })
        for (let offset = 0; offset < held.data.length; offset += maxDataBytes) {
          unknown()
          peer.send({ type: 'data', requestId, offset, data: held.data.slice(offset, offset + maxDataBytes) })
        }
      })
      unknown()
      peer.send({ type: 'have', streamId: neighbourhood.streamId, isWhole: true, sequenceNumbers: [0n] })
    })
    await untilHaves(ours, 1)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
    expect(ours.bans).toEqual([])
  })

  test('asks the gateway when a peer leaves in the middle of an answer', async () => {
    const ours = neighbourhood.join()
    const held = await neighbourhood.segment(0)
    neighbourhood.stranger((peer) => {
      peer.on('message', (message) => {
        if (message.type !== 'request') return
        const { requestId } = message
        peer.send({ type: 'header', requestId, segment: held.segment, length: held.data.length })
        peer.send({ type: 'data', requestId, offset: 0, data: held.data.subarray(0, 1_000) })
        peer.close()
      })
      peer.send({ type: 'have', streamId: neighbourhood.streamId, isWhole: true, sequenceNumbers: [0n] })
    })
    await untilHaves(ours, 1)
    const { from } = await ours.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('gateway')
    expect(ours.bans).toEqual([])
  })

  test('fetches from a peer when the tracker is down', async () => {
    const [ours, theirs] = await joinTwo()
    await neighbourhood.tracker.close()
    const held = await neighbourhood.segment(0)
    theirs.mesh.offer(held)
    await untilHaves(ours, 1)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
  })

  test('asks only the gateway after it has left the room', async () => {
    const [ours, theirs] = await joinTwo()
    const held = await neighbourhood.segment(0)
    theirs.mesh.offer(held)
    const gone = theirs.mesh.next('change')
    ours.mesh.leave()
    await gone
    expect(theirs.mesh.stats.peers).toBe(0)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'gateway' })
  })

  test('rejects with the error of the gateway when no source has the segment, and with the reason of the signal when the signal aborts', async () => {
    const ours = neighbourhood.join()
    const held = await neighbourhood.segment(0)
    const request = new Gateway().request(held)
    const failing = { ...request, fromGateway: () => Promise.reject(new RangeError('gone')) }
    await expect(ours.mesh.fetch(failing)).rejects.toThrow(RangeError)
    const abort = new AbortController()
    const aborted = ours.mesh.fetch(new Gateway(1_000).request(held, { signal: abort.signal }))
    abort.abort(new RangeError('closed'))
    await expect(aborted).rejects.toThrow('closed')
  })

  test('fetches a segment from a peer if the gateway does not have it, even after the deadline', async () => {
    const [ours, theirs] = await joinTwo()
    const held = await neighbourhood.segment(0)
    theirs.mesh.offer(held)
    await untilHaves(ours, 1)
    const request = new Gateway().request(held, { spareMs: 0 })
    const failing = { ...request, fromGateway: () => Promise.reject(new RangeError('gone')) }
    expect(await ours.mesh.fetch(failing)).toMatchObject({ from: 'peer' })
  })
})
