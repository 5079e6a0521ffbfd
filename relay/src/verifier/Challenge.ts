import type { Recipe, StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** A segment that the lottery has drawn and that its transcoder has disclosed. The segment waits for a verdict. */
export type Challenge = {
  requestId: Hex
  claimId: Hex
  jobId: Hex
  /** The source stream. */
  streamId: StreamId.StreamId
  transcoder: Address
  sequenceNumber: bigint
  durationMs: number
  /** Hash of the source payload. */
  dataHash: Hex
  optionsHash: Hex
  /** From the highest rendition to the lowest. */
  outputs: readonly Recipe.Output[]
  /** First block in which a verdict is too late. */
  deadline: bigint
}
