import type { Address, Hex } from 'viem'
import type { StreamId } from './StreamId'

/** Work on a stream that a broadcaster has ordered, as of the block in which it was read. Whitepaper, `Job()`. */
export type Job = {
  jobId: Hex
  streamId: StreamId
  broadcaster: Address
  /** `TranscodingOptions.hash` of the ordered options. */
  optionsHash: Hex
  /** Wei. */
  pricePerUnit: bigint
  /** Units of a second of all renditions. */
  unitsPerSecond: bigint
  /** Block in which it was posted. */
  jobBlock: bigint
  /** First block in which it is over. */
  endBlock: bigint
  over: boolean
}

/** Whether two jobs of one id ask for the same work at the same price: a replaced block can hold another job of that id. */
export const haveSameTerms = (a: Job, b: Job): boolean =>
  a.optionsHash === b.optionsHash && a.pricePerUnit === b.pricePerUnit && a.unitsPerSecond === b.unitsPerSecond
