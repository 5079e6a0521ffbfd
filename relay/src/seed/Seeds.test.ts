import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failOnFault } from '../../testbeds/faults'
import { randomBytes, randomFrom } from '../../testbeds/fuzz'
import { startGateway } from '../../testbeds/gateway'
import { domain } from '../../testbeds/stream'
import { until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import { attachTracker, type Tracker } from '../gateway/tracker'
import { Emitter } from '../mesh/Emitter'
import { Viewer } from '../watch/Viewer'
import { Seeds } from './Seeds'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const transcoder = privateKeyToAccount(generatePrivateKey())
const random = randomFrom(3)
/** The payloads of the source. The first rendition has the same payloads and parts, so one function can publish both levels. */
const payloads = Array.from({ length: 6 }, () => randomBytes(random, 150_000))
const lengths = [40_000, 80_000, 120_000]
const { signal } = new AbortController()

let host: Awaited<ReturnType<typeof startGateway>>
let tracker: Tracker
let seeds: Seeds
let viewers: Viewer[]
/** The metrics that the relay reports about the viewers’ mesh. */
let room: Emitter<{ members: [] }> & { members: number; servedBytes: number }

beforeEach(async () => {
  viewers = []
  host = await startGateway()
  tracker = attachTracker({ server: host.gateway.server })
  room = Object.assign(new Emitter<{ members: [] }>(), { members: 0, servedBytes: 0 })
  seeds = new Seeds({
    ...{ signer: transcoder, domain, catalogue: host.catalogue, payloads: host.payloads, lingerMs: 200 },
    ...{ transport: createNodeTransport(webRtc), tracker: `${host.url.replace('http', 'ws')}/announce` },
    otherTrackers: async () => [],
    metrics: {
      meshBytesServed(bytes) {
        room.servedBytes += bytes
      },
      meshMembersChanged(change) {
        room.members += change
        room.emit('members')
      },
    },
    onFault: failOnFault,
  })
})
afterEach(async () => {
  for (const viewer of viewers) viewer.close()
  seeds.close()
  tracker.close()
  await host.stop()
})

type Stream = Awaited<ReturnType<typeof host.addStream>>

/** A viewer that has joined the mesh. */
async function watch({ streamId, record }: Stream): Promise<Viewer> {
  const { jobId, options } = record
  const job = { jobId, streamId, optionsHash: TranscodingOptions.hash(options), over: false }
  const candidates = [{ address: transcoder.address, serviceUri: host.url }]
  const viewer = new Viewer({ streamId, domain, directory: { find: async () => ({ job, candidates }) } })
  viewers.push(viewer)
  await untilState(viewer, 'live')
  await viewer.join(() => createNodeTransport(webRtc))
  return viewer
}

async function untilMembers(count: number): Promise<void> {
  while (room.members !== count) await room.next('members')
}

/** For the source and for the first rendition: publishes the parts of a segment, and then the segment. */
async function publish({ publishParts, publish, parts, record, renditionKey, ...stream }: Stream, number: number) {
  const segment = { sequenceNumber: BigInt(number), data: payloads[number] as Uint8Array<ArrayBuffer> }
  const as = { streamId: record.renditions[0]?.streamId as typeof stream.streamId, signer: renditionKey }
  await publishParts({ ...segment, lengths })
  for (const { part, bytes } of await parts({ ...segment, lengths, as }))
    host.catalogue.publishPart(stream.streamId, part, bytes)
  await publish(segment)
  await publish({ ...segment, as })
}

/** Reads a segment as the viewer's page does: while it grows, or when it is complete. Checks its bytes. */
async function play(viewer: Viewer, level: string, number: number): Promise<void> {
  const sequenceNumber = BigInt(number)
  const place = { level, sequenceNumber, spareMs: 2_000, signal }
  await viewer.news({ level, after: sequenceNumber - 1n, signal })
  const reading = viewer.read(place)
  const chunks: Uint8Array[] = []
  if (reading) for await (const chunk of reading.chunks()) chunks.push(chunk)
  else chunks.push((await viewer.payload(place)).data)
  expect(Buffer.concat(chunks).equals(payloads[number] as Uint8Array)).toBe(true)
}

describe('a relay with a stream', () => {
  test('gives the stream to the viewers also after its own HTTP server and tracker have closed', async () => {
    const stream = await host.addStream(undefined, { transcoder })
    await publish(stream, 0)
    await Promise.all([watch(stream), watch(stream)])
    await untilMembers(2)
    await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === 1)))
    tracker.close()
    await host.gateway.close()

    for (const number of [0, 1, 2]) {
      if (number > 0) await publish(stream, number)
      await Promise.all(viewers.map((viewer) => play(viewer, 'source', number)))
    }
    const rendition = viewers[0]?.getSnapshot().levels[1]?.name as string
    await publish(stream, 3)
    await Promise.all(viewers.map((viewer) => play(viewer, rendition, 3)))

    const snapshots = viewers.map((viewer) => viewer.getSnapshot())
    expect(snapshots.map(({ refused }) => Object.keys(refused))).toEqual(viewers.map(() => ['Relay.UnreachableError']))
    const fromRelays = snapshots.reduce((sum, { bytesFromRelays }) => sum + bytesFromRelays, 0)
    expect(fromRelays).toBeGreaterThanOrEqual(4 * 150_000)
    expect(room.servedBytes).toBeGreaterThanOrEqual(fromRelays)

    await host.catalogue.update(stream.streamId, { end: await stream.end(3n) })
    await Promise.all(viewers.map((viewer) => untilState(viewer, 'ended')))
    await untilMembers(0)
  })

  test('is not banned by viewers when the broadcaster changes the size of its picture again and again', async () => {
    const stream = await host.addStream(undefined, { transcoder })
    await publish(stream, 0)
    const viewer = await watch(stream)
    await untilMembers(1)
    const source = stream.record.source as NonNullable<typeof stream.record.source>
    for (let width = 640; width < 660; width++)
      await host.catalogue.update(stream.streamId, { source: { ...source, width } })
    tracker.close()
    await host.gateway.close()
    await publish(stream, 1)
    await play(viewer, 'source', 1)
    expect(room.members).toBe(1)
  })

  test('reads no payload while the mesh has no viewer', async () => {
    const read = new Set<Hex>()
    const original = host.payloads.read.bind(host.payloads)
    host.payloads.read = (dataHash) => {
      read.add(dataHash)
      return original(dataHash)
    }
    const stream = await host.addStream(undefined, { transcoder })
    for (const number of [0, 1, 2, 3, 4]) await publish(stream, number)
    expect(read.size).toBe(0)
    const viewer = await watch(stream)
    await untilMembers(1)
    tracker.close()
    await host.gateway.close()
    await play(viewer, 'source', 4)
    // The relay read only the newest three payloads: the source and the first rendition have the same payloads, and the second rendition
    // has no segments.
    expect(read.size).toBe(3)
  })
})
