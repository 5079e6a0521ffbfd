import type { Address, Hex } from 'viem'
import type { StreamId } from './StreamId'

/**
 * A broadcaster's order to transcode a stream, with the values that the contract had in the block in which the job was read. Whitepaper,
 * `Job()`.
 */
export type Job = {
  jobId: Hex
  streamId: StreamId
  broadcaster: Address
  /** `TranscodingOptions.hash` of the job's options. */
  optionsHash: Hex
  /** Wei per unit. */
  pricePerUnit: bigint
  /** Units of work in one second, for all renditions together. */
  unitsPerSecond: bigint
  /** Block in which the job was posted. */
  jobBlock: bigint
  /** The first block in which the job is over. */
  endBlock: bigint
  over: boolean
}

/**
 * Whether two jobs with the same id ask for the same work at the same price. After a reorganisation, the new chain can have
 * a different job with the same id.
 */
export const haveSameTerms = (a: Job, b: Job): boolean =>
  a.optionsHash === b.optionsHash && a.pricePerUnit === b.pricePerUnit && a.unitsPerSecond === b.unitsPerSecond
