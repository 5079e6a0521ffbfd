import { keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import * as Claim from './Claim'
import * as Disclosure from './Disclosure'
import * as MerkleTree from './MerkleTree'
import * as TranscodeReceipt from './TranscodeReceipt'

const domain = { chainId: 31337, jobsManager: zeroAddress }
const options = { width: 1280, height: 720, fps: 30, renditions: [{ height: 480, bitrate: 1_000_000 }] }
const [jobId, streamId] = [keccak256('0x01'), keccak256('0x02')]
const assignment = { jobId, streamId, transcoder: zeroAddress, renditionKey: zeroAddress, fromSequence: 0n }

const work = (sequenceNumber: bigint): Claim.Work => {
  const dataHash = keccak256(toHex(sequenceNumber))
  const receipt = { jobId, streamId, sequenceNumber, dataHash, transcodedDataHash: zeroHash }
  return {
    receipt: { ...receipt, broadcasterSignature: '0x0a', signature: '0x0b' },
    segment: { streamId, sequenceNumber, startTimeMs: 5n, durationMs: 2_000, dataHash, signature: '0x0a' },
    outputs: [{ dataHash, canonicalHash: zeroHash, qp: 26, bits: 1 }],
  }
}
const first = Claim.create({ assignment, work: [work(0n), work(1n), work(4n)], domain })
const previousClaimId = Claim.id(first.claim)
const second = Claim.create({ assignment, previousClaimId, work: [work(5n), work(6n)], domain })

describe('create', () => {
  it('proves a segment and the preceding receipt, also when sequence numbers are missing between them', () => {
    const { segment, preceding, previousClaim } = Disclosure.create({ options, committed: first, sequenceNumber: 4n })
    expect([segment.sequenceNumber, preceding[0]?.sequenceNumber]).toEqual([4n, 1n])
    expect(previousClaim).toEqual([])
    const receiptHash = TranscodeReceipt.hash(work(4n).receipt, domain)
    const proof = { receiptHash, durationMs: 2_000, count: 3, index: 2, siblings: segment.siblings }
    expect(MerkleTree.verify({ ...proof, root: MerkleTree.root(first.tree) })).toBe(true)
  })

  it('takes the preceding receipt of a claim’s first segment from the previous claim', () => {
    expect(Disclosure.create({ options, committed: first, sequenceNumber: 0n }).preceding).toEqual([])
    const whole = { options, committed: second, previous: first }
    const { preceding, previousClaim } = Disclosure.create({ ...whole, sequenceNumber: 5n })
    expect(preceding[0]?.sequenceNumber).toBe(4n)
    expect(previousClaim).toEqual([first.claim])
    expect(Disclosure.create({ ...whole, sequenceNumber: 6n }).previousClaim).toEqual([])
  })

  it('refuses a segment that is not in the claim, and a wrong previous claim', () => {
    expect(() => Disclosure.create({ options, committed: first, sequenceNumber: 2n })).toThrow(
      Disclosure.NotClaimedError,
    )
    for (const previous of [undefined, second])
      expect(() => Disclosure.create({ options, committed: second, previous, sequenceNumber: 5n })).toThrow(
        Disclosure.PreviousClaimError,
      )
  })
})
