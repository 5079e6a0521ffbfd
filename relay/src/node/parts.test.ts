import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MpegTs, Part, PayloadTree, Segment, StreamId } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reached, record } from '../../testbeds/claims'
import { connectByHand } from '../../testbeds/handBroadcaster'
import { asOperator } from '../../testbeds/operator'
import {
  type Chain,
  domain,
  makeSegments,
  newTransport,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { untilState } from '../../testbeds/viewer'
import * as Relay from '../client/Relay'
import type { Publisher } from '../ingest/Publisher'
import { configureLog, parseSpec } from '../log'
import { chainDirectory } from '../watch/chainDirectory'
import { Viewer } from '../watch/Viewer'

let chain: Chain
let segments: Uint8Array[]
let relay: Awaited<ReturnType<typeof startRelay>>
const { signal } = new AbortController()

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(3)
  // A test compares the parts before it completes the segment. On a busy machine, the comparison takes seconds.
  relay = await startRelay(chain, { partPatienceMs: 60_000 })
})
afterAll(async () => {
  configureLog({ spec: parseSpec('silent'), write: () => {} })
  await relay.close()
  await chain.stop()
})

const endsOf = (data: Uint8Array) => MpegTs.createPartReader(Part.targetDurationMs).push(data)

/** Starts a segment and gives its first `count` parts to the publisher. Returns a function that completes the segment. */
function begin(publisher: Publisher, { data, number, count }: { data: Uint8Array; number: number; count: number }) {
  publisher.begin(1_790_000_000_000 + number * 2_000)
  let given = 0
  for (const end of endsOf(data).slice(0, count)) {
    publisher.append(data.slice(given, end.byteLength))
    publisher.part(end)
    given = end.byteLength
  }
  return () => {
    publisher.append(data.slice(given))
    publisher.end(2_000)
  }
}

/** Assigns a new job to the relay. */
async function start(job: PostedJob) {
  const publishing = publish(job)
  await reached(publishing.publisher, ({ phase }) => phase === 'assigned')
  return publishing
}

const at = () => Relay.at(relay.url, fetch) as Relay.Relay

/** Waits until a level has at least `parts` parts of its open segment. Returns the list of the level. */
async function listed(streamId: StreamId.StreamId, parts: number) {
  for (;;) {
    const list = await Relay.segments(at(), { streamId, after: undefined, part: 'none', waitMs: 0, signal })
    if (list && list.parts.length >= parts) return list
    await Relay.segments(at(), {
      streamId,
      after: list?.segments.at(-1)?.sequenceNumber ?? -1n,
      part: list?.parts.at(-1) ?? 'none',
      waitMs: 5_000,
      signal,
    })
  }
}

/** Waits until the relay has recorded the Assignment. Returns the StreamIds of the renditions of the job. */
async function renditionsOf({ streamId }: PostedJob): Promise<StreamId.StreamId[]> {
  const read = async () =>
    (await Relay.record(at(), { streamId, signal }))?.renditions.map(({ streamId }) => streamId) ?? []
  await expect.poll(read).toHaveLength(2)
  return read()
}

/** Resolves when a level has no open segment. */
async function withdrawn(streamId: StreamId.StreamId): Promise<void> {
  for (;;) {
    const list = await Relay.segments(at(), { streamId, after: undefined, part: 'none', waitMs: 0, signal })
    const last = list?.parts.at(-1)
    if (!last) return
    await Relay.segments(at(), {
      streamId,
      after: list?.segments.at(-1)?.sequenceNumber ?? -1n,
      part: last,
      waitMs: 5_000,
      signal,
    })
  }
}

const bytesOf = async ({ streamId, sequenceNumber, length }: Part.Part) =>
  (await Relay.segmentBytes(at(), { streamId, sequenceNumber, start: 0, end: length, signal }))?.data as Uint8Array

describe('the parts of a segment', () => {
  it('are published for the source and all renditions before the segment is complete, and are the beginning of the segment', async () => {
    const job = await postJob(chain)
    const { publisher, leave } = await start(job)
    const [first, second] = segments as [Uint8Array, Uint8Array]
    record(publisher, [first])
    await reached(publisher, ({ acknowledged }) => acknowledged === 1)
    const complete = begin(publisher, { data: second, number: 1, count: 3 })
    const levels = [job.streamId, ...(await renditionsOf(job))]
    const open = await Promise.all(levels.map((streamId) => listed(streamId, 2)))
    complete()
    for (const { streamId, segments, parts } of open) {
      expect([streamId, segments.at(-1)?.sequenceNumber]).toEqual([streamId, 0n])
      for (const part of parts) {
        await Part.verify(part, domain)
        expect(part).toMatchObject({ streamId, sequenceNumber: 1n, startTimeMs: 1_790_000_002_000n })
        expect(await PayloadTree.hash(await bytesOf(part))).toBe(part.prefixHash)
      }
      expect(parts.slice(0, 2).map(({ durationMs }) => durationMs)).toEqual([400, 800])
    }
    await reached(publisher, ({ acknowledged }) => acknowledged === 2)
    for (const { streamId, parts } of open) {
      const list = await Relay.segments(at(), { streamId, after: 0n, part: 'none', waitMs: 0, signal })
      const [segment] = list?.segments ?? []
      const payload = (await Relay.payload(at(), { dataHash: segment?.dataHash ?? '0x', signal }))?.data as Uint8Array
      await Segment.verify(segment as Segment.Segment, domain)
      for (const part of parts) {
        Part.assertWithin(part, segment as Segment.Segment)
        expect(await PayloadTree.hash(payload.subarray(0, part.length))).toBe(part.prefixHash)
      }
      expect(list?.parts).toEqual([])
    }
    await publisher.stop()
    leave()
  })

  it('reach a viewer over WebRTC when it cannot reach the relay over HTTP', async () => {
    const job = await postJob(chain)
    const { streamId } = job
    const { publisher, leave } = await start(job)
    const [first, second] = segments as [Uint8Array, Uint8Array]
    record(publisher, [first])
    await reached(publisher, ({ acknowledged }) => acknowledged === 1)
    let isBlocked = false
    const blocked: typeof fetch = async (...request) => {
      if (isBlocked) throw new TypeError('The relay is blocked.')
      return fetch(...request)
    }
    const viewer = new Viewer({ streamId, domain, directory: chainDirectory(chain.client), fetch: blocked })
    await untilState(viewer, 'live')
    await viewer.join(newTransport)
    await expect.poll(async () => (await fetch(`${relay.url}/metrics`)).text()).toContain('lp_mesh_members 1')
    isBlocked = true
    const complete = begin(publisher, { data: second, number: 1, count: 3 })
    await viewer.news({ level: 'source', after: 0n, signal })
    const reading = viewer.read({ level: 'source', sequenceNumber: 1n, spareMs: 2_000, signal })
    complete()
    const chunks: Uint8Array[] = []
    for await (const chunk of reading?.chunks() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(second)).toBe(true)
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromPeers: 0, peers: 0 })
    expect(viewer.getSnapshot().bytesFromRelays).toBeGreaterThanOrEqual(second.length)
    viewer.close()
    await publisher.stop()
    leave()
  })

  it('are not signed a second time with other bytes, even after a restart of the relay', async () => {
    const job = await postJob(chain)
    const interrupted = await start(job)
    const [first, second] = segments as [Uint8Array, Uint8Array]
    begin(interrupted.publisher, { data: first, number: 0, count: 2 })
    const log = join(relay.directory, 'receipts', `${job.jobId}.jsonl`)
    await expect.poll(() => readFile(log, 'utf8')).toContain('"begun"')
    interrupted.leave()
    const { key, directory } = relay
    await relay.close()
    relay = await startRelay(chain, { key, directory, port: Number(new URL(relay.url).port) })
    const { publisher, leave } = await start(job)
    record(publisher, [second])
    const { refusal } = await reached(publisher, ({ refused }) => refused === 1)
    expect(refusal?.code).toBe('JobWork.BegunError')
    leave()
    const honest = await start(job)
    record(honest.publisher, [first])
    expect(await reached(honest.publisher, ({ acknowledged }) => acknowledged === 1)).toMatchObject({ refused: 0 })
    await honest.publisher.stop()
    honest.leave()
  })

  it('are withdrawn when the segment is not complete `partPatienceMs` after its last part; the relay then publishes only whole segments of this job', async () => {
    const job = await postJob(chain)
    const { publisher, leave } = await start(job)
    const [first, second] = segments as [Uint8Array, Uint8Array]
    const stopped = new Promise<void>((resolve) =>
      configureLog({
        spec: parseSpec('silent,transcoder:info'),
        write: ({ message }) => message === 'from now on, the job is published in whole segments' && resolve(),
      }),
    )
    const complete = begin(publisher, { data: first, number: 0, count: 2 })
    await stopped
    for (const streamId of [job.streamId, ...(await renditionsOf(job))]) await withdrawn(streamId)
    complete()
    await reached(publisher, ({ acknowledged }) => acknowledged === 1)
    begin(publisher, { data: second, number: 1, count: 5 })()
    await reached(publisher, ({ acknowledged }) => acknowledged === 2)
    const list = await Relay.segments(at(), { streamId: job.streamId, after: -1n, waitMs: 0, signal })
    expect(list?.segments).toHaveLength(2)
    const playlist = await (await fetch(`${relay.url}/hls/${job.streamId}/source/index.m3u8`)).text()
    expect(playlist).not.toContain('"1.0.ts"')
    await publisher.stop()
    leave()
  })
})

/** Sends the bytes of the first part of `data` as the beginning of segment `number`, and then the part that `lie` makes from the true header. */
async function sendPart(
  { streamId }: PostedJob,
  peer: Awaited<ReturnType<typeof connectByHand>>['peer'],
  { data, number, lie }: { data: Uint8Array; number: bigint; lie(part: Part.Header): Promise<Part.Part> },
) {
  const startTimeMs = 1_790_000_000_000n + number * 2_000n
  const [end] = endsOf(data)
  const { byteLength: length = 0, durationMs = 0 } = end ?? {}
  const bytes = data.slice(0, length)
  const header = { streamId, sequenceNumber: number, startTimeMs, index: 0, length, durationMs }
  peer.send({ type: 'begin', sequenceNumber: number, startTimeMs })
  for (let offset = 0; offset < length; offset += 40_000)
    peer.send({ type: 'bytes', sequenceNumber: number, offset, data: bytes.slice(offset, offset + 40_000) })
  const part = await lie({ ...header, prefixHash: await PayloadTree.hash(bytes) })
  peer.send({ type: 'part', part })
  return { part, startTimeMs }
}

describe('a false part of the source', () => {
  it('is refused by name to its sender before ffmpeg gets its bytes, and the stream goes on', async () => {
    const job = await postJob(chain)
    const { streamKey, streamId } = job
    const stranger = privateKeyToAccount(generatePrivateKey())
    const { peer, answer, leave } = await connectByHand(job, { transcoder: relay.address })
    const [honest, other] = segments as [Uint8Array, Uint8Array]
    const otherHash = await PayloadTree.hash(other)
    const lies: [string, (part: Part.Header) => Promise<Part.Part>][] = [
      ['Segment.WrongPayloadError', (part) => Part.sign({ ...part, prefixHash: otherHash }, streamKey, domain)],
      [
        'Segment.WrongSignerError',
        async (part) => ({
          ...part,
          signature: (await Part.sign({ ...part, streamId: StreamId.random(stranger.address) }, stranger, domain))
            .signature,
        }),
      ],
      ['Intake.PartOutOfOrderError', (part) => Part.sign({ ...part, index: 1 }, streamKey, domain)],
    ]
    const counted = async (code: string) => {
      const metrics = await (await fetch(`${relay.url}/metrics`, asOperator)).text()
      return Number(metrics.match(new RegExp(`lp_segments_refused_total{code="${code}"} (\\d+)`))?.[1] ?? 0)
    }
    const falseHashes: string[] = [otherHash]
    for (const [code, lie] of lies) {
      const before = await counted(code)
      const { part } = await sendPart(job, peer, { data: other, number: 0n, lie })
      falseHashes.push(part.prefixHash)
      expect(await answer('refusal')).toMatchObject({ sequenceNumber: 0n, code })
      expect(await counted(code)).toBe(before + 1)
    }
    const sign = (part: Part.Header) => Part.sign(part, streamKey, domain)
    const { part, startTimeMs } = await sendPart(job, peer, { data: honest, number: 0n, lie: sign })
    for (let offset = part.length; offset < honest.length; offset += 40_000)
      peer.send({ type: 'bytes', sequenceNumber: 0n, offset, data: honest.slice(offset, offset + 40_000) })
    const header = { streamId, sequenceNumber: 0n, startTimeMs, durationMs: 2_000 }
    const segment = await Segment.sign({ ...header, dataHash: await PayloadTree.hash(honest) }, streamKey, domain)
    peer.send({ type: 'end', segment, length: honest.length })
    expect(await answer('ack')).toMatchObject({ sequenceNumber: 0n })
    // The relay writes a part into this log before it gives the bytes of the part to ffmpeg.
    const log = await readFile(join(relay.directory, 'receipts', `${job.jobId}.jsonl`), 'utf8')
    expect(log).toContain(part.prefixHash)
    for (const hash of falseHashes) expect(log).not.toContain(hash)
    leave()
  })
})
