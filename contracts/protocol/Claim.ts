import { type Address, encodeAbiParameters, type Hex, keccak256, slice, zeroHash } from 'viem'
import type { Assignment } from './Assignment'
import { ProtocolError } from './errors'
import * as MerkleTree from './MerkleTree'
import type { Output } from './Recipe'
import type { Segment } from './Segment'
import * as TranscodeReceipt from './TranscodeReceipt'
import type * as typedData from './typedData'

/** A transcoder's claim that it transcoded the segments in `ranges` under one Assignment. Whitepaper, `ClaimWork()`. */
export type Claim = {
  jobId: Hex
  transcoder: Address
  renditionKey: Address
  /** `fromSequence` of the claim's Assignment. */
  fromSequence: bigint
  /** The id of the previous claim under the same Assignment; `zeroHash` for the first claim. */
  previousClaimId: Hex
  /** The claimed segments, in ascending order. A segment that the transcoder did not receive is in no range. */
  ranges: readonly Range[]
  /** Total duration of the claimed segments. */
  durationMs: bigint
  merkleRoot: Hex
}

/** Consecutive sequence numbers. The range includes `first` and `last`. */
export type Range = { first: bigint; last: bigint }

/** One transcoded segment: its receipt, and the values that a proof of this receipt needs. */
export type Work = {
  receipt: TranscodeReceipt.TranscodeReceipt
  segment: Segment
  /** One output for each rendition, the highest rendition first. */
  outputs: readonly Output[]
}

/** A claim, and the work from which its Merkle root was built. */
export type Committed = { claim: Claim; tree: MerkleTree.MerkleTree; work: readonly Work[] }

/** The largest number of segments that the contracts accept in one claim. */
export const maxSegments = 2_048

/** The largest number of ranges that the contracts accept in one claim. The reason for the limit: each range can cost a storage slot. */
export const maxRanges = 64

const parameters = [
  {
    type: 'tuple',
    components: [
      { name: 'jobId', type: 'bytes32' },
      { name: 'transcoder', type: 'address' },
      { name: 'renditionKey', type: 'address' },
      { name: 'fromSequence', type: 'uint64' },
      { name: 'previousClaimId', type: 'bytes32' },
      {
        name: 'ranges',
        type: 'tuple[]',
        components: [
          { name: 'first', type: 'uint64' },
          { name: 'last', type: 'uint64' },
        ],
      },
      { name: 'durationMs', type: 'uint64' },
      { name: 'merkleRoot', type: 'bytes32' },
    ],
  },
] as const

/**
 * Creates a claim of `work`. All work must be under `assignment`, and in the order of the sequence numbers. Throws
 * `MerkleTree.EmptyError`, `OrderError`, `TooManySegmentsError` and `TooManyRangesError`.
 */
export function create({
  assignment,
  previousClaimId = zeroHash,
  work,
  domain,
}: {
  assignment: Omit<Assignment, 'signature'>
  previousClaimId?: Hex
  work: readonly Work[]
  domain: typedData.Domain
}): Committed {
  if (work.length > maxSegments) throw new TooManySegmentsError({ segments: work.length })
  const { jobId, transcoder, renditionKey, fromSequence } = assignment
  const ranges = rangesOf(work.map(({ segment }) => segment.sequenceNumber))
  if (ranges.length > maxRanges) throw new TooManyRangesError({ ranges: ranges.length })
  const tree = MerkleTree.build(
    work.map(({ receipt, segment }) => ({
      receiptHash: TranscodeReceipt.hash(receipt, domain),
      durationMs: segment.durationMs,
    })),
  )
  const { hash: merkleRoot, durationMs } = MerkleTree.root(tree)
  const claim = { jobId, transcoder, renditionKey, fromSequence, previousClaimId, ranges, durationMs, merkleRoot }
  return { claim, tree, work }
}

/** The id of a claim is the hash of its content. */
export const id = (claim: Claim): Hex => keccak256(encodeAbiParameters(parameters, [claim]))

/** The leading bytes of a claim's id. The ClaimsManager stores only these bytes of the id of the last claim under an Assignment. */
export const prefixOf = (claimId: Hex): Hex => slice(claimId, 0, 18)

/** The prefix that means "no claim", as `zeroHash` does in `previousClaimId`. */
export const noPrefix: Hex = prefixOf(zeroHash)

/** Joins consecutive sequence numbers into ranges. Throws `OrderError` unless the numbers ascend. */
export function rangesOf(sequenceNumbers: readonly bigint[]): Range[] {
  const ranges: Range[] = []
  for (const next of sequenceNumbers) {
    const range = ranges.at(-1)
    if (range && next <= range.last) throw new OrderError({ last: range.last, next })
    if (range && next === range.last + 1n) range.last = next
    else ranges.push({ first: next, last: next })
  }
  return ranges
}

/** Whether the contracts accept one claim with all of this work. Throws `OrderError`. */
export const isWithinLimits = (work: readonly Work[]): boolean =>
  work.length <= maxSegments && rangesOf(work.map(({ segment }) => segment.sequenceNumber)).length <= maxRanges

/** The number of claimed segments. */
export const count = ({ ranges }: Pick<Claim, 'ranges'>): number =>
  ranges.reduce((segments, { first, last }) => segments + Number(last - first) + 1, 0)

/** All claimed sequence numbers, ascending. The index of a number is also the index of its receipt in the Merkle tree. */
export const sequenceNumbers = ({ ranges }: Pick<Claim, 'ranges'>): bigint[] =>
  ranges.flatMap(({ first, last }) =>
    Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index)),
  )

/** The fees for `durationMs` of a job's work, in wei, rounded down. */
export const fees = ({
  pricePerUnit,
  unitsPerSecond,
  durationMs,
}: {
  pricePerUnit: bigint
  unitsPerSecond: bigint
  durationMs: bigint
}): bigint => (pricePerUnit * unitsPerSecond * durationMs) / 1_000n

export class OrderError extends ProtocolError {
  override readonly name = 'Claim.OrderError'
  constructor({ last, next }: { last: bigint; next: bigint }) {
    super('The sequence numbers of the claimed segments must ascend.', {
      details: [`After: ${last}`, `Found: ${next}`],
    })
  }
}

export class TooManySegmentsError extends ProtocolError {
  override readonly name = 'Claim.TooManySegmentsError'
  constructor({ segments }: { segments: number }) {
    super('A claim has too many segments.', { details: [`Segments: ${segments}`, `Allowed: ${maxSegments}`] })
  }
}

export class TooManyRangesError extends ProtocolError {
  override readonly name = 'Claim.TooManyRangesError'
  constructor({ ranges }: { ranges: number }) {
    super('A claim has too many ranges.', { details: [`Ranges: ${ranges}`, `Allowed: ${maxRanges}`] })
  }
}
