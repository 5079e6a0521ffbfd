import type { Recipe, StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** A segment that the lottery has drawn and its transcoder disclosed, waiting for a verdict. */
export type Challenge = {
  requestId: Hex
  claimId: Hex
  jobId: Hex
  /** The source. */
  streamId: StreamId.StreamId
  transcoder: Address
  sequenceNumber: bigint
  durationMs: number
  /** Of the source payload. */
  dataHash: Hex
  optionsHash: Hex
  /** From the highest rendition down. */
  outputs: readonly Recipe.Output[]
  /** First block in which a verdict is too late. */
  deadline: bigint
}
