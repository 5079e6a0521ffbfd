import type { Hex } from 'viem'
import * as Claim from './Claim'
import { ProtocolError } from './errors'
import * as MerkleTree from './MerkleTree'
import type { Output } from './Recipe'
import type { TranscodingOptions } from './TranscodingOptions'

/**
 * A transcoder's proof for one challenged segment. It is the second argument of the contract's `verify`. Whitepaper, "End
 * Job", step 13.
 */
export type Disclosure = {
  options: TranscodingOptions
  segment: ReceiptProof
  /**
   * The preceding receipt under the same Assignment. It determines the quantisers of the segment. The list is empty for
   * the first segment of the Assignment.
   */
  preceding: readonly ReceiptProof[]
  /** The previous claim, if the preceding receipt is in the previous claim. Otherwise the list is empty. */
  previousClaim: readonly Claim.Claim[]
}

/** One whole receipt, its segment, and its Merkle proof. The proof shows that the receipt is in the claim's tree. */
export type ReceiptProof = {
  sequenceNumber: bigint
  startTimeMs: bigint
  durationMs: number
  dataHash: Hex
  broadcasterSignature: Hex
  outputs: readonly Output[]
  receiptSignature: Hex
  siblings: readonly MerkleTree.Node[]
}

/**
 * Discloses one segment of a claim. `previous` is the previous claim under the same Assignment. If there is a previous claim,
 * `previous` is required to disclose the first segment of `committed`. Throws `NotClaimedError` and `PreviousClaimError`.
 */
export function create({
  options,
  committed,
  previous,
  sequenceNumber,
}: {
  options: TranscodingOptions
  committed: Claim.Committed
  previous?: Claim.Committed | undefined
  sequenceNumber: bigint
}): Disclosure {
  const index = committed.work.findIndex(({ segment }) => segment.sequenceNumber === sequenceNumber)
  if (index < 0) throw new NotClaimedError({ sequenceNumber })
  const segment = proofAt(committed, index)
  const disclosure = { options, segment, preceding: [], previousClaim: [] }
  if (index > 0) return { ...disclosure, preceding: [proofAt(committed, index - 1)] }
  const { previousClaimId } = committed.claim
  if (BigInt(previousClaimId) === 0n) return disclosure
  if (!previous || Claim.id(previous.claim) !== previousClaimId) throw new PreviousClaimError({ previousClaimId })
  return {
    ...disclosure,
    preceding: [proofAt(previous, previous.work.length - 1)],
    previousClaim: [previous.claim],
  }
}

function proofAt({ work, tree }: Claim.Committed, index: number): ReceiptProof {
  const { segment, receipt, outputs } = work[index] as Claim.Work
  const { sequenceNumber, startTimeMs, durationMs, dataHash } = segment
  return {
    sequenceNumber,
    startTimeMs,
    durationMs,
    dataHash,
    broadcasterSignature: segment.signature,
    outputs,
    receiptSignature: receipt.signature,
    siblings: MerkleTree.prove(tree, index),
  }
}

export class NotClaimedError extends ProtocolError {
  override readonly name = 'Disclosure.NotClaimedError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('The claim does not contain this segment.', { details: [`Sequence number: ${sequenceNumber}`] })
  }
}

export class PreviousClaimError extends ProtocolError {
  override readonly name = 'Disclosure.PreviousClaimError'
  constructor({ previousClaimId }: { previousClaimId: Hex }) {
    super(
      'The proof of a claim’s first segment needs the previous claim. The caller gave no claim, or a claim that is not the previous one.',
      { details: [`Previous claim: ${previousClaimId}`] },
    )
  }
}
