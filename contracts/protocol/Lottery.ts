import { concatHex, type Hex, hexToBigInt, keccak256, numberToHex } from 'viem'
import * as Claim from './Claim'

/** The values that decide which segments of a claim are challenged. Whitepaper, "Verification of Work". */
export type Draw = {
  /** Hash of the block after the claim's block. */
  blockHash: Hex
  /** Each segment is challenged with probability `1 / verificationRate`. */
  verificationRate: bigint
}

/** The first block in which the contract can read the hash of the block after the claim's block. */
export const sealableFrom = ({ claimBlock }: { claimBlock: bigint }): bigint => claimBlock + 2n

export const isChallenged = ({
  claimId,
  sequenceNumber,
  blockHash,
  verificationRate,
}: Draw & { claimId: Hex; sequenceNumber: bigint }): boolean =>
  hexToBigInt(keccak256(concatHex([claimId, blockHash, numberToHex(sequenceNumber, { size: 32 })]))) %
    verificationRate ===
  0n

/** The sequence numbers of the challenged segments, ascending. The list can be empty. */
export function challenged(claim: Claim.Claim, draw: Draw): bigint[] {
  const claimId = Claim.id(claim)
  return Claim.sequenceNumbers(claim).filter((sequenceNumber) => isChallenged({ ...draw, claimId, sequenceNumber }))
}
