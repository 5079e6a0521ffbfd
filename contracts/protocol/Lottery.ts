import { concatHex, type Hex, hexToBigInt, keccak256, numberToHex } from 'viem'
import * as Claim from './Claim'

/** Which segments of a claim are verified. Whitepaper, "Verification of Work". */
export type Draw = {
  /** Of the block after the claim's. */
  blockHash: Hex
  /** One segment in so many, on average. */
  verificationRate: bigint
}

/** The first block in which the contract can read the hash of the block after the claim's. */
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

/** Their sequence numbers, ascending; may be none. */
export function challenged(claim: Claim.Claim, draw: Draw): bigint[] {
  const claimId = Claim.id(claim)
  return Claim.sequenceNumbers(claim).filter((sequenceNumber) => isChallenged({ ...draw, claimId, sequenceNumber }))
}
