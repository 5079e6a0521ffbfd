import {
  EpochKey,
  KeyServer,
  PayloadTree,
  SealedSegment,
  Segment,
  StreamPrice,
  TranscodingOptions,
} from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { createStream, domain } from '../../testbeds/stream'
import { until, untilState } from '../../testbeds/viewer'
import type { Sale } from '../records/Sale'
import type { KeySource } from './Unsealer'
import { Viewer } from './Viewer'

const { signal } = new AbortController()
const payload = Uint8Array.from({ length: 90_000 }, (_, index) => (index * index) % 251)
const lengths = [20_000, 40_001, 70_007]

let host: Awaited<ReturnType<typeof startGateway>>
let viewers: Viewer[]
beforeEach(async () => {
  viewers = []
  host = await startGateway()
})
afterEach(async () => {
  for (const viewer of viewers) viewer.close()
  await host.stop()
})

/** A paid stream whose segments are stored as a transcoder stores them. `change`: changes the sale in the record. */
async function paidStream(change: (sale: Sale) => Sale = (sale) => sale) {
  const stream = createStream()
  const { streamId, streamKey } = stream
  const { record } = await stream.assign({ fromSequence: 0n })
  const beneficiary = record.transcoder
  const price = await StreamPrice.sign({ streamId, beneficiary, weiPerSegment: 20n }, streamKey, domain)
  const server = { streamId, server: record.transcoder, splitBps: 500, until: 2_000_000_000n }
  const sale = { price, servers: [await KeyServer.sign(server, streamKey, domain)] }
  const renditions = record.renditions.map((rendition) => ({
    ...rendition,
    streamId: SealedSegment.streamIdOf(rendition.streamId),
  }))
  await host.catalogue.recordAssignment({ ...record, sale: change(sale), renditions })
  const key = EpochKey.random()
  const as = { streamId: SealedSegment.streamIdOf(streamId), signer: streamKey }
  const sealed = async (sequenceNumber: bigint, epochKey = key) => {
    const place = { streamId, sequenceNumber, salt: SealedSegment.randomSalt() }
    const data = await SealedSegment.seal(payload, epochKey, place)
    return {
      data,
      async publishParts() {
        const ends = lengths.map((length) => length + SealedSegment.headBytes)
        for (const { part, bytes } of await stream.parts({ sequenceNumber, data, lengths: ends, as }))
          host.catalogue.publishPart(streamId, part, bytes)
      },
      async publish() {
        const publication = await stream.publication({ sequenceNumber, data, as })
        await host.payloads.put(publication.dataHash, data)
        await host.catalogue.publish(streamId, publication)
        return publication
      },
    }
  }
  return { ...stream, record, sale, key, sealed }
}

type Paid = Awaited<ReturnType<typeof paidStream>>

async function watch({ streamId, record }: Paid, keys?: (sale: Sale) => KeySource | undefined): Promise<Viewer> {
  const { jobId, options, transcoder } = record
  const job = { jobId, streamId, optionsHash: TranscodingOptions.hash(options), over: false }
  const candidates = [{ address: transcoder, serviceUri: host.url }]
  const viewer = new Viewer({
    streamId,
    domain,
    directory: { find: async () => ({ job, candidates }) },
    ...(keys && { keys }),
  })
  viewers.push(viewer)
  return viewer
}

/** The keys of a viewer that has paid, and the epochs whose keys this viewer expects to need. */
function paying({ key }: Paid) {
  const expected: bigint[] = []
  const source: KeySource = { key: async () => key, expect: (epoch) => expected.push(epoch) }
  return { expected, keys: () => source }
}

describe('a viewer of a paid stream', () => {
  test('plays the segments whose keys it has: whole segments, and segments that grow', async () => {
    const stream = await paidStream()
    await (await stream.sealed(1n)).publish()
    const { expected, keys } = paying(stream)
    const viewer = await watch(stream, keys)
    await untilState(viewer, 'live')
    const place = { level: 'source', signal }
    await viewer.news(place)
    expect((await viewer.payload({ ...place, sequenceNumber: 1n })).data).toEqual(payload)

    const growing = await stream.sealed(3n)
    await growing.publishParts()
    await viewer.news({ ...place, after: 1n })
    const chunks: Uint8Array[] = []
    const reading = viewer.read({ ...place, sequenceNumber: 3n, spareMs: 2_000 })
    for await (const chunk of reading?.chunks() ?? []) {
      chunks.push(chunk)
      if (chunks.length === 1) await growing.publish()
    }
    expect(chunks[0]).toEqual(payload.slice(0, lengths.at(-1)))
    expect(Buffer.concat(chunks).equals(payload)).toBe(true)
    expect(expected).toEqual([1n])
    expect(viewer.getSnapshot()).toMatchObject({ refused: {}, sale: { price: { weiPerSegment: 20n } } })
  })

  test('without keys gets checked ciphertext, the signed price, and a sentence that says what to do', async () => {
    const stream = await paidStream()
    const segment = await stream.sealed(1n)
    const publication = await segment.publish()
    const viewer = await watch(stream)
    await untilState(viewer, 'live')
    const place = { level: 'source', sequenceNumber: 1n, signal }
    await viewer.news(place)
    await expect(viewer.payload(place)).rejects.toMatchObject({
      name: 'Unsealer.LockedError',
      shortMessage: expect.stringContaining('Pay for the stream'),
    })
    await Segment.verify(publication, domain)
    expect(viewer.getSnapshot().bytesFromRelays).toBe(segment.data.length)
    expect(viewer.getSnapshot().sale).toEqual(stream.sale)
    expect(await fetch(`${host.url}/payload/${await PayloadTree.hash(payload)}`)).toMatchObject({ status: 404 })
  })

  test('does not decrypt with a key that the signed head does not name', async () => {
    const stream = await paidStream()
    await (await stream.sealed(1n)).publish()
    const wrong: KeySource = { key: async () => EpochKey.random(), expect() {} }
    const viewer = await watch(stream, () => wrong)
    await untilState(viewer, 'live')
    const place = { level: 'source', sequenceNumber: 1n, signal }
    await viewer.news(place)
    await expect(viewer.payload(place)).rejects.toThrow(SealedSegment.WrongKeyError)
  })

  test('with the keys that a key server leaks, plays the epochs of these keys; it cannot play an epoch whose key the key server did not get', async () => {
    const stream = await paidStream()
    const { segmentsPerEpoch } = EpochKey
    await (await stream.sealed(segmentsPerEpoch - 1n)).publish()
    await (await stream.sealed(segmentsPerEpoch, EpochKey.random())).publish()
    const leaked: KeySource = { key: async () => stream.key, expect() {} }
    const viewer = await watch(stream, () => leaked)
    await untilState(viewer, 'live')
    const place = { level: 'source', signal }
    await viewer.news(place)
    expect((await viewer.payload({ ...place, sequenceNumber: segmentsPerEpoch - 1n })).data).toEqual(payload)
    const next = viewer.payload({ ...place, sequenceNumber: segmentsPerEpoch })
    await expect(next).rejects.toThrow(SealedSegment.WrongKeyError)
  })

  test('refuses a record whose price a relay has raised', async () => {
    const raised = await paidStream((sale) => ({ ...sale, price: { ...sale.price, weiPerSegment: 21n } }))
    await (await raised.sealed(1n)).publish()
    const viewer = await watch(raised)
    const { refused } = await until(viewer, ({ refused }) => Object.keys(refused).length > 0)
    expect(refused).toMatchObject({ 'StreamPrice.WrongSignerError': expect.any(Number) })
    expect(viewer.getSnapshot().levels).toEqual([])
  })

  test('ignores a key server that the stream key has not appointed', async () => {
    const stream = await paidStream((sale) => ({
      ...sale,
      servers: [...sale.servers, { ...(sale.servers[0] as KeyServer.KeyServer), splitBps: 10_000 }],
    }))
    await (await stream.sealed(1n)).publish()
    const viewer = await watch(stream)
    await untilState(viewer, 'live')
    expect(viewer.getSnapshot().sale?.servers.map(({ splitBps }) => splitBps)).toEqual([500])
  })
})

test('a gateway offers no HLS of a paid stream, because other players cannot decrypt its segments', async () => {
  const { streamId, sealed } = await paidStream()
  await (await sealed(1n)).publish()
  for (const path of ['master.m3u8', 'source/index.m3u8', 'source/1.ts']) {
    const answer = await fetch(`${host.url}/hls/${streamId}/${path}`)
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: expect.stringContaining('paid') }])
  }
})
