import { keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import * as Claim from './Claim'
import * as Lottery from './Lottery'
import * as MerkleTree from './MerkleTree'

const domain = { chainId: 31337, jobsManager: zeroAddress }
const assignment = {
  ...{ jobId: keccak256('0x01'), streamId: keccak256('0x02') },
  ...{ transcoder: zeroAddress, renditionKey: zeroAddress, fromSequence: 3n },
}

const work = (sequenceNumber: bigint, durationMs = 2_000): Claim.Work => {
  const dataHash = keccak256(toHex(sequenceNumber))
  const { jobId, streamId } = assignment
  return {
    receipt: {
      ...{ jobId, streamId, sequenceNumber, dataHash },
      ...{ transcodedDataHash: zeroHash, broadcasterSignature: '0x', signature: '0x' },
    },
    segment: { streamId, sequenceNumber, startTimeMs: 0n, durationMs, dataHash, signature: '0x' },
    outputs: [],
  }
}

describe('create', () => {
  it('commits to every receipt, and to the total duration of the segments', () => {
    const { claim, tree } = Claim.create({ assignment, work: [work(3n), work(4n, 1_500), work(9n)], domain })
    expect(claim).toEqual({
      ...{ jobId: assignment.jobId, transcoder: zeroAddress, renditionKey: zeroAddress, fromSequence: 3n },
      previousClaimId: zeroHash,
      ranges: [
        { first: 3n, last: 4n },
        { first: 9n, last: 9n },
      ],
      durationMs: 5_500n,
      merkleRoot: MerkleTree.root(tree).hash,
    })
    expect(Claim.count(claim)).toBe(3)
    expect(Claim.sequenceNumbers(claim)).toEqual([3n, 4n, 9n])
  })

  it('refuses an empty list of work, more segments or ranges than a claim can have, and sequence numbers that do not ascend', () => {
    expect(() => Claim.create({ assignment, work: [], domain })).toThrow(MerkleTree.EmptyError)
    const tooMany = Array.from({ length: Claim.maxSegments + 1 }, () => work(3n))
    expect(() => Claim.create({ assignment, work: tooMany, domain })).toThrowErrorMatchingInlineSnapshot(`
      [Claim.TooManySegmentsError: A claim has too many segments.
      Segments: 2049
      Allowed: 2048]
    `)
    const gaps = Array.from({ length: Claim.maxRanges + 1 }, (_, index) => work(3n + 2n * BigInt(index)))
    expect(() => Claim.create({ assignment, work: gaps, domain })).toThrowErrorMatchingInlineSnapshot(`
      [Claim.TooManyRangesError: A claim has too many ranges.
      Ranges: 65
      Allowed: 64]
    `)
    expect(() => Claim.create({ assignment, work: [work(4n), work(4n)], domain })).toThrowErrorMatchingInlineSnapshot(`
      [Claim.OrderError: The sequence numbers of the claimed segments must ascend.
      After: 4
      Found: 4]
    `)
  })
})

describe('id', () => {
  it('changes when one field of the claim changes', () => {
    const { claim } = Claim.create({ assignment, work: [work(3n)], domain })
    const others: Claim.Claim[] = [
      { ...claim, durationMs: claim.durationMs + 1n },
      { ...claim, previousClaimId: keccak256('0x') },
      { ...claim, ranges: [{ first: 3n, last: 4n }] },
    ]
    expect(new Set([claim, ...others].map(Claim.id)).size).toBe(4)
  })
})

describe('fees', () => {
  it('rounds down to the wei', () => {
    expect(Claim.fees({ pricePerUnit: 3n, unitsPerSecond: 7n, durationMs: 1_999n })).toBe(41n)
  })
})

describe('Lottery', () => {
  it('challenges every segment at rate 1, and about one segment in five at rate 5', () => {
    const sequenceNumbers = Array.from({ length: 1_000 }, (_, index) => BigInt(index))
    const { claim } = Claim.create({ assignment, work: sequenceNumbers.map((number) => work(number)), domain })
    const blockHash = keccak256('0x05')
    expect(Lottery.challenged(claim, { blockHash, verificationRate: 1n })).toEqual(sequenceNumbers)
    const fifth = Lottery.challenged(claim, { blockHash, verificationRate: 5n })
    expect(fifth.length).toBeGreaterThan(150)
    expect(fifth.length).toBeLessThan(250)
    expect(Lottery.challenged(claim, { blockHash: keccak256('0x06'), verificationRate: 5n })).not.toEqual(fifth)
  })
})
