import { zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import * as Part from './Part'
import * as PieceTree from './PieceTree'
import * as Segment from './Segment'
import * as StreamId from './StreamId'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const data = crypto.getRandomValues(new Uint8Array(10_000))

/** Three parts of a segment, and the header of the whole segment. */
async function segmentInParts() {
  const growing = await PieceTree.grow()
  const place = { streamId, sequenceNumber: 4n, startTimeMs: 1_790_000_000_000n }
  const parts: Part.Header[] = []
  for (const [index, length] of [3_000, 7_000, 10_000].entries()) {
    growing.append(data.subarray(growing.length, length))
    parts.push({ ...place, index, length, durationMs: 300 * (index + 1), prefixHash: growing.prefixHash() })
  }
  const segment: Segment.Header = { ...place, durationMs: 900, dataHash: growing.prefixHash() }
  return { parts: parts as [Part.Header, Part.Header, Part.Header], segment }
}

describe('Part', () => {
  it('is valid when the key of the stream signed it', async () => {
    const { parts } = await segmentInParts()
    for (const header of parts) await Part.verify(await Part.sign(header, streamKey, domain), domain)
  })

  it.each([
    ['sequenceNumber', 5n],
    ['startTimeMs', 1n],
    ['index', 2],
    ['length', 3_001],
    ['durationMs', 301],
    ['prefixHash', zeroHash],
  ])('refuses a changed %s', async (field, value) => {
    const { parts } = await segmentInParts()
    const part = await Part.sign(parts[0], streamKey, domain)
    await expect(Part.verify({ ...part, [field]: value }, domain)).rejects.toThrow(Segment.WrongSignerError)
  })

  it('can be signed only by the key of the stream, and refuses the signature of another key', async () => {
    const { parts } = await segmentInParts()
    const stranger = privateKeyToAccount(generatePrivateKey())
    await expect(Part.sign(parts[0], stranger, domain)).rejects.toThrow(Segment.WrongSignerError)
    const part = await Part.sign(parts[0], streamKey, domain)
    const foreign = { ...part, streamId: StreamId.random(stranger.address) }
    await expect(Part.verify(foreign, domain)).rejects.toThrow(Segment.WrongSignerError)
  })

  it.each([
    { index: Part.maxPerSegment },
    { index: -1 },
    { index: 0.5 },
    { length: 0 },
    { length: Segment.maxPayloadBytes + 1 },
    { durationMs: 0 },
    { durationMs: Segment.maxDurationMs + 1 },
  ])('refuses fields out of bounds: %o', async (change) => {
    const { parts } = await segmentInParts()
    const part = await Part.sign(parts[0], streamKey, domain)
    await expect(Part.verify({ ...part, ...change }, domain)).rejects.toThrow(Part.BoundsError)
  })

  it('accepts each part of a segment, also the part that contains the whole segment', async () => {
    const { parts, segment } = await segmentInParts()
    for (const part of parts) expect(() => Part.assertWithin(part, segment)).not.toThrow()
  })

  it.each([
    ['starts at another time', { startTimeMs: 1n }],
    ['has the same hash as the part and another duration', { durationMs: 901 }],
    ['is shorter than a part', { durationMs: 200, dataHash: zeroHash }],
  ])('reports a contradiction between a part and a segment that %s', async (_, change) => {
    const { parts, segment } = await segmentInParts()
    expect(() => Part.assertWithin(parts[2], { ...segment, ...change })).toThrow(Part.ContradictionError)
  })

  it('accepts the parts of one segment in every order', async () => {
    const { parts } = await segmentInParts()
    for (const one of parts) for (const other of parts) expect(() => Part.assertConsistent(one, other)).not.toThrow()
  })

  it.each([
    ['two parts with the same number and different hashes', { index: 0, prefixHash: zeroHash }],
    ['two parts with the same number and different lengths', { index: 0, length: 2_999 }],
    ['a later part that is shorter', { index: 1, length: 2_999 }],
    ['a later part that is not longer', { index: 1, length: 3_000 }],
    ['a later part that ends earlier', { index: 1, length: 7_000, durationMs: 300 }],
    [
      'two parts with different start times of the segment',
      { index: 1, length: 7_000, durationMs: 600, startTimeMs: 1n },
    ],
  ])('reports a contradiction for %s', async (_, change) => {
    const { parts } = await segmentInParts()
    const other = { ...parts[0], ...change }
    expect(() => Part.assertConsistent(parts[0], other)).toThrow(Part.ContradictionError)
    expect(() => Part.assertConsistent(other, parts[0])).toThrow(Part.ContradictionError)
  })
})
