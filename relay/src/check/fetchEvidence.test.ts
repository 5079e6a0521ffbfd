import { Recipe, Segment, StreamId, TranscodeReceipt, TranscodingOptions } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ladder, streamOf } from '../../testbeds/corpus'
import { startGateway } from '../../testbeds/gateway'
import { transcode } from '../../testbeds/native'
import { domain } from '../../testbeds/stream'
import type { Evidence } from '../records/Evidence'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { runFfmpegCore } from '../verifier/ffmpegCore'
import { checkSegment } from './checkSegment'
import { fetchEvidence } from './fetchEvidence'
import type { Played } from './verifyEvidence'

let gateway: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof gateway.addStream>>
/** The evidence that the relay serves, by sequence number. Tests put wrong evidence here. */
const shown = new Map<bigint, Evidence>()
const durationMs = 500

beforeAll(async () => {
  gateway = await startGateway({ evidence: (_, sequenceNumber) => shown.get(sequenceNumber) })
  stream = await gateway.addStream(ladder)
  const ffmpeg = await findFfmpeg()
  const { options, assignment, jobId } = stream.record
  let preceding: Evidence['preceding']
  for (const [index, data] of streamOf(2).entries()) {
    const before = preceding ? { outputs: preceding.outputs, durationMs } : 'none'
    const qps = Recipe.quantisersAfter(before, options)
    const { payloads, outputs } = await transcode(ffmpeg, { options, data, qps })
    const publication = await stream.publish({ sequenceNumber: BigInt(index), data, durationMs })
    for (const [rendition, payload] of payloads.entries())
      await gateway.payloads.put(outputs[rendition]?.dataHash ?? '0x', payload)
    const { byteLength: _, ...segment } = publication
    const { streamId, sequenceNumber, dataHash, signature: broadcasterSignature } = segment
    const message = { jobId, streamId, sequenceNumber, dataHash, broadcasterSignature }
    const transcodedDataHash = Recipe.transcodedDataHash(outputs)
    const receipt = await TranscodeReceipt.sign({ ...message, transcodedDataHash }, stream.renditionKey, domain)
    const work = { receipt, segment, outputs }
    shown.set(sequenceNumber, { options, assignment, work, preceding })
    preceding = work
  }
})
afterAll(() => gateway.stop())

const fetchSegment = (sequenceNumber: bigint, { at = stream.streamId, played }: { at?: Hex; played?: Played } = {}) =>
  fetchEvidence({
    relay: { uri: gateway.url, fetch },
    ...{ streamId: at, sequenceNumber, ...(played && { played }), domain, signal: AbortSignal.timeout(20_000) },
    readJob: async () => ({ streamId: stream.streamId, optionsHash: TranscodingOptions.hash(ladder) }),
  })

describe('fetchEvidence', () => {
  it('fetches everything that a check needs, including the preceding receipt from which the quantisers follow', async () => {
    for (const sequenceNumber of [0n, 1n]) {
      const fetched = await fetchSegment(sequenceNumber)
      expect(fetched?.evidence).toEqual(shown.get(sequenceNumber))
      const { work, payloads } = fetched as NonNullable<typeof fetched>
      expect(await checkSegment({ runner: runFfmpegCore, work, payloads })).toEqual({ verdict: 'Valid', findings: [] })
      expect(work.preceding === 'none').toBe(sequenceNumber === 0n)
    }
  })

  it('returns undefined for a segment without a receipt', async () => {
    expect(await fetchSegment(7n)).toBeUndefined()
    const response = await fetch(`${gateway.url}/receipts/${stream.streamId}/7`)
    expect(response.status).toBe(404)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ error: 'This relay has no receipt for the segment.' })
  })

  it('leaves out payloads that the relay does not have', async () => {
    const evidence = shown.get(0n) as Evidence
    const { streamId } = stream
    const startTimeMs = 1_790_000_100_000n
    const header = { streamId, sequenceNumber: 5n, startTimeMs, durationMs, dataHash: `0x${'22'.repeat(32)}` as const }
    const segment = await Segment.sign(header, stream.streamKey, domain)
    const { receipt, outputs } = evidence.work
    const broadcasterSignature = segment.signature
    const message = { ...receipt, sequenceNumber: 5n, dataHash: segment.dataHash, broadcasterSignature }
    const signed = await TranscodeReceipt.sign(message, stream.renditionKey, domain)
    shown.set(5n, { ...evidence, work: { receipt: signed, segment, outputs } })
    const fetched = await fetchSegment(5n)
    expect(fetched?.payloads.source).toBeUndefined()
    expect(fetched?.payloads.renditions?.every(Boolean)).toBe(true)
  })
})

describe('the segment that was played', () => {
  const honest = () => shown.get(1n) as Evidence
  const rendition = (index: number): Played => ({
    streamId: StreamId.rendition({ ...honest().assignment, index }),
    dataHash: honest().work.outputs[index]?.dataHash ?? '0x',
    previous: 0n,
  })

  it('is accepted, as the source and as each rendition, when the receipt names its payload', async () => {
    const { streamId } = stream
    const source = { streamId, dataHash: honest().work.segment.dataHash, previous: 0n }
    for (const played of [source, rendition(0), rendition(1), { ...rendition(1), previous: undefined }])
      expect((await fetchSegment(1n, { played }))?.work.outputs).toEqual(honest().work.outputs)
  })

  it.each<[string, () => Played]>([
    ['a payload that the receipt does not name', () => ({ ...rendition(0), dataHash: `0x${'33'.repeat(32)}` })],
    [
      'a lower rendition with the StreamId of a higher rendition',
      () => ({ ...rendition(1), streamId: rendition(0).streamId }),
    ],
    ['a rendition with the StreamId of the source', () => ({ ...rendition(0), streamId: stream.streamId })],
    [
      'a rendition with the StreamId of another stream',
      () => ({ ...rendition(0), streamId: StreamId.random(stream.streamKey.address) }),
    ],
  ])('is refused when it is %s', async (_, played) => {
    await expect(fetchSegment(1n, { played: played() })).rejects.toThrow(
      'the receipt is for the segment that was played',
    )
  })

  it('is refused when the evidence does not contain the receipt of the segment that was played before', async () => {
    const evidence = honest()
    shown.set(1n, { ...evidence, preceding: undefined })
    await expect(fetchSegment(1n, { played: rendition(0) })).rejects.toThrow('for the segment that was played before')
    shown.set(1n, evidence)
  })
})

describe('a relay with wrong evidence', () => {
  const other = privateKeyToAccount(generatePrivateKey())
  const lies: Record<string, (evidence: Evidence) => Promise<Evidence> | Evidence> = {
    'shows another segment': () => shown.get(0n) as Evidence,
    'names other options': (evidence) => ({ ...evidence, options: { ...evidence.options, fps: 15 } }),
    'names invalid options': (evidence) => ({ ...evidence, options: { ...evidence.options, width: 3 } }),
    'changes the outputs': ({ work, ...evidence }) => ({
      ...evidence,
      work: { ...work, outputs: work.outputs.slice(1) },
    }),
    'signs the receipt with another key': async ({ work, ...evidence }) => ({
      ...evidence,
      work: { ...work, receipt: await TranscodeReceipt.sign(work.receipt, other, domain) },
    }),
    'changes the segment': ({ work, ...evidence }) => ({
      ...evidence,
      work: { ...work, segment: { ...work.segment, durationMs: 499 } },
    }),
    'changes the rendition key in the Assignment': (evidence) => ({
      ...evidence,
      assignment: { ...evidence.assignment, renditionKey: other.address },
    }),
    'shows the receipt of the segment as the preceding receipt': (evidence) => ({
      ...evidence,
      preceding: evidence.work,
    }),
    'invents the preceding receipt': (evidence) => ({
      ...evidence,
      preceding: evidence.preceding && { ...evidence.preceding, outputs: evidence.work.outputs },
    }),
    'changes the first segment of the Assignment': (evidence) => ({
      ...evidence,
      assignment: { ...evidence.assignment, fromSequence: 1n },
    }),
  }
  it.each(Object.entries(lies))('is refused when it %s', async (_, lie) => {
    const honest = shown.get(1n) as Evidence
    shown.set(1n, await lie(honest))
    await expect(fetchSegment(1n)).rejects.toThrow(/^(The evidence of the relay|.*was not signed)/)
    shown.set(1n, honest)
  })

  it('is refused when its evidence is of another stream', async () => {
    await expect(fetchSegment(1n, { at: StreamId.random(other.address) })).rejects.toThrow('The evidence of the relay')
  })
})
