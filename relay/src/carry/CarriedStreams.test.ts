import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamId } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { joinMember } from '../../testbeds/member'
import { domain, TestStream } from '../../testbeds/TestStream'
import { listen, type TestRelay, trackerOf } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import type { Listing } from '../watch/Directory'
import { CarriedStreams } from './CarriedStreams'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

let directory: string
let catalogue: Catalogue
let payloads: PayloadStore
let carried: CarriedStreams
/** The chain does not answer. */
let isSilent: boolean
let isDiskFull: boolean
let found: StreamId.StreamId[]
let faults: Error[]
const listings = new Map<StreamId.StreamId, Listing>()
const closing: (() => unknown)[] = []
beforeEach(async () => {
  ;[found, faults, isSilent, isDiskFull] = [[], [], false, false]
  const onFault = (fault: Error) => faults.push(fault)
  directory = await mkdtemp(join(tmpdir(), 'lp-carried-'))
  catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault })
  payloads = await PayloadStore.open({ directory: join(directory, 'payloads'), maxBytes: 1_000_000, onFault })
  carried = create()
})

const create = () =>
  new CarriedStreams({
    ...{ domain, catalogue, payloads, maxStreams: 1, transport: createNodeTransport(webRtc) },
    onFault: (fault) => faults.push(fault),
    isDiskFull: () => isDiskFull,
    directory: {
      async find(streamId) {
        if (isSilent) throw new Error('The chain does not answer.')
        found.push(streamId)
        return listings.get(streamId)
      },
    },
    metrics: { meshBytesServed: () => {}, meshMembersChanged: () => {} },
  })

afterEach(async () => {
  vi.useRealTimers()
  await carried.close()
  for (const close of closing.splice(0).reverse()) await close()
  await catalogue.close()
  await rm(directory, { recursive: true })
})

/** A live stream whose transcoder is a member of the viewers' mesh, and publishes a segment. */
async function startStream(): Promise<{ stream: TestStream; host: TestRelay }> {
  const stream = new TestStream()
  const host = await listen(stream)
  closing.push(() => host.close())
  const member = joinMember(stream, { tracker: trackerOf(host), webRtc })
  closing.push(() => member.mesh.leave())
  member.tell(await stream.record())
  await member.offer(await stream.publish(0))
  listings.set(stream.streamId, stream.listing(host.uri))
  return { stream, host }
}

describe('a relay without stake', () => {
  test('begins to carry a live stream that a viewer asks for, and waits for the first segment of the stream', async () => {
    const { stream } = await startStream()
    await Promise.all([carried.asked(stream.streamId), carried.asked(stream.streamId)])
    expect(catalogue.last(stream.streamId)).toBe(0n)
    expect(carried.size).toBe(1)
    await carried.asked(stream.levelId(0))
    expect(new Set(found)).toEqual(new Set([stream.streamId]))
  }, 30_000)

  test('does not carry a stream without a live job, and does not read the chain again when a viewer soon asks again', async () => {
    const { streamId } = new TestStream()
    await carried.asked(streamId)
    await carried.asked(streamId)
    const over = new TestStream()
    const listing = over.listing()
    listings.set(over.streamId, { ...listing, job: { ...listing.job, over: true } })
    await carried.asked(over.streamId)
    expect([carried.size, found]).toEqual([0, [streamId, over.streamId]])
    await expect(carried.carry(streamId)).rejects.toThrow('There is no live job')
  })

  test('carries at most the allowed number of streams', async () => {
    const [one, other] = [new TestStream(), new TestStream()]
    for (const stream of [one, other]) listings.set(stream.streamId, stream.listing())
    await carried.carry(one.streamId)
    await carried.asked(other.streamId)
    expect(carried.size).toBe(1)
    await expect(carried.carry(other.streamId)).rejects.toThrow('its largest number of streams')
    expect(faults).toEqual([])
  })

  test('carries no further stream while the disk is full, and begins to carry a stream of its operator when the disk has space again', async () => {
    await carried.close()
    vi.useFakeTimers({ toFake: ['setInterval'] })
    carried = create()
    isDiskFull = true
    const stream = new TestStream()
    listings.set(stream.streamId, stream.listing())
    await carried.asked(stream.streamId)
    await expect(carried.carry(stream.streamId)).rejects.toThrow('its disk is full')
    await vi.advanceTimersByTimeAsync(10_000)
    expect([carried.size, found, faults]).toEqual([0, [], []])
    isDiskFull = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect([carried.size, faults]).toEqual([1, []])
  })

  test('if the chain did not answer, tries again to carry a stream that the operator has named', async () => {
    await carried.close()
    vi.useFakeTimers({ toFake: ['setInterval'] })
    carried = create()
    const stream = new TestStream()
    const { streamId } = stream
    listings.set(streamId, stream.listing())
    isSilent = true
    await expect(carried.carry(streamId)).rejects.toThrow('The chain does not answer.')
    await vi.advanceTimersByTimeAsync(10_000)
    expect([carried.size, faults.length]).toEqual([0, 1])
    isSilent = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect([carried.size, faults.length]).toEqual([1, 1])
  })

  test('reads the chain only at a limited rate when strangers ask for many streams', async () => {
    await Promise.all(Array.from({ length: 100 }, () => carried.asked(new TestStream().streamId)))
    expect(found.length).toBeLessThan(50)
  })
})
