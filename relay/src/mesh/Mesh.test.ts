import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Gateway, hears, type Member, meets, type Neighbourhood, openNeighbourhood } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import { maxDataBytes } from './codec'
import type { Held } from './SegmentStore'

const webRtc = startWebRtc()
let street: Neighbourhood
beforeEach(async () => {
  street = await openNeighbourhood(webRtc)
})
afterEach(() => street.close())
afterAll(() => webRtc.cleanup())

async function friends(count: number): Promise<Member[]> {
  const members = Array.from({ length: count }, () => street.join())
  await Promise.all(members.map((member) => meets(member, count - 1)))
  return members
}

const two = async () => (await friends(2)) as [Member, Member]

/** Everybody wants the segment at once, as when a live stream has news. */
const fetchAll = (members: readonly Member[], held: Held, gateway: Gateway) =>
  Promise.all(members.map(({ mesh }) => mesh.fetch(gateway.request(held))))

describe('a mesh', () => {
  test('of three viewers takes one copy of each segment from the gateway, once they know each other', async () => {
    const members = await friends(3)
    const gateway = new Gateway()
    const first = await street.segment(0)
    await fetchAll(members, first, gateway)
    // Nobody knew then who else was watching this level.
    expect(gateway.served).toBe(3)
    const owners = new Set<number>()
    for (let number = 1; number <= 12; number++) {
      const held = await street.segment(number)
      const fetched = await fetchAll(members, held, gateway)
      for (const { parcel } of fetched) expect(Buffer.from(parcel.data).equals(held.data)).toBe(true)
      owners.add(fetched.findIndex(({ from }) => from === 'gateway'))
    }
    const fromPeers = members.reduce((sum, { mesh }) => sum + mesh.stats.bytesFromPeers, 0)
    expect(fromPeers / (15 * 200_000 + 24 * 200_000)).toBeGreaterThan(0.5)
    expect(owners.size).toBeGreaterThan(1)
    expect(members.flatMap(({ cuts }) => cuts)).toEqual([])
  })

  test('asks the peer that has it, and gives back what it has itself', async () => {
    const [ours, theirs] = await two()
    const gateway = new Gateway()
    const held = await street.segment(3)
    theirs.mesh.put(held)
    await hears(ours, 1)
    expect(await ours.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'peer' })
    expect(await ours.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'store' })
    expect(ours.mesh.stats).toEqual({ bytesFromPeers: 200_000, bytesFromRelays: 0, peers: 1 })
    expect(gateway.served).toBe(0)
  })

  test('tells newcomers what it has', async () => {
    const early = street.join()
    const held = await street.segment(0)
    early.mesh.put(held)
    const late = street.join()
    await hears(late, 1)
    const gateway = new Gateway()
    expect(await late.mesh.fetch(gateway.request(held))).toMatchObject({ from: 'peer' })
  })

  test('waits for no peer when the picture would stop', async () => {
    const [ours, theirs] = await two()
    const held = await street.segment(0)
    theirs.mesh.put(held)
    await ours.mesh
      .fetch(new Gateway().request(held, { spareMs: 100 }))
      .then(({ from }) => expect(from).toBe('gateway'))
  })

  test('counts bytes of a proven relay as a relay’s', async () => {
    const relay = street.join({ hello: street.asRelay })
    const viewer = street.join()
    await viewer.mesh.next('change')
    const held = await street.segment(0)
    relay.mesh.put(held)
    await hears(viewer, 1)
    const { from } = await viewer.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('peer')
    expect(viewer.mesh.stats).toEqual({ bytesFromPeers: 0, bytesFromRelays: 200_000, peers: 0 })
  })

  test('ignores optional messages that it does not know, and takes the segment from the peer that sent them', async () => {
    const ours = street.join()
    const held = await street.segment(0)
    street.stranger((peer) => {
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
      peer.send({ type: 'have', streamId: street.streamId, isWhole: true, sequenceNumbers: [0n] })
    })
    await hears(ours, 1)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
    expect(ours.cuts).toEqual([])
  })

  test('goes on when a peer leaves in the middle of an answer', async () => {
    const ours = street.join()
    const held = await street.segment(0)
    street.stranger((peer) => {
      peer.on('message', (message) => {
        if (message.type !== 'request') return
        const { requestId } = message
        peer.send({ type: 'header', requestId, segment: held.segment, length: held.data.length })
        peer.send({ type: 'data', requestId, offset: 0, data: held.data.subarray(0, 1_000) })
        peer.close()
      })
      peer.send({ type: 'have', streamId: street.streamId, isWhole: true, sequenceNumbers: [0n] })
    })
    await hears(ours, 1)
    const { from } = await ours.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('gateway')
    expect(ours.cuts).toEqual([])
  })

  test('goes on without its tracker', async () => {
    const [ours, theirs] = await two()
    await street.tracker.close()
    const held = await street.segment(0)
    theirs.mesh.put(held)
    await hears(ours, 1)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
  })

  test('gets everything from the gateway once it has left', async () => {
    const [ours, theirs] = await two()
    const held = await street.segment(0)
    theirs.mesh.put(held)
    const gone = theirs.mesh.next('change')
    ours.mesh.leave()
    await gone
    expect(theirs.mesh.stats.peers).toBe(0)
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'gateway' })
  })

  test('rejects with the gateway’s error when nobody has it, and with the signal’s reason', async () => {
    const ours = street.join()
    const held = await street.segment(0)
    const request = new Gateway().request(held)
    const failing = { ...request, fromGateway: () => Promise.reject(new RangeError('gone')) }
    await expect(ours.mesh.fetch(failing)).rejects.toThrow(RangeError)
    const abort = new AbortController()
    const aborted = ours.mesh.fetch(new Gateway(1_000).request(held, { signal: abort.signal }))
    abort.abort(new RangeError('closed'))
    await expect(aborted).rejects.toThrow('closed')
  })

  test('takes what the gateway lacks from a peer, be it late', async () => {
    const [ours, theirs] = await two()
    const held = await street.segment(0)
    theirs.mesh.put(held)
    await hears(ours, 1)
    const request = new Gateway().request(held, { spareMs: 0 })
    const failing = { ...request, fromGateway: () => Promise.reject(new RangeError('gone')) }
    expect(await ours.mesh.fetch(failing)).toMatchObject({ from: 'peer' })
  })
})
