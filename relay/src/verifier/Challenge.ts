import type { Recipe } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** A segment that the lottery has drawn and that its transcoder has disclosed. The segment waits for a verdict. */
export type Challenge = {
  claimId: Hex
  jobId: Hex
  transcoder: Address
  sequenceNumber: bigint
  durationMs: number
  /** Hash of the source payload. */
  dataHash: Hex
  /** From the highest rendition to the lowest. */
  outputs: readonly Recipe.Output[]
  /** First block in which a verdict is too late. */
  deadline: bigint
}

/** The name of a challenge. Two challenges never have the same claim and the same sequence number. */
export type Key = `${Hex}/${bigint}`

export const keyOf = ({ claimId, sequenceNumber }: Pick<Challenge, 'claimId' | 'sequenceNumber'>): Key =>
  `${claimId}/${sequenceNumber}`
