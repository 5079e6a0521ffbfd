import type { StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** Where a viewer looks a stream up: the chain, behind a port. */
export type Directory = {
  /** `undefined` when no job was ever posted for the stream. Rejects when the chain does not answer. */
  find(streamId: StreamId.StreamId): Promise<Listing | undefined>
}

/** The newest job of a stream and who was drawn for it. */
export type Listing = {
  job: Job
  /** In order of priority. */
  candidates: readonly Candidate[]
}

export type Job = {
  jobId: Hex
  streamId: StreamId.StreamId
  /** Of the transcoding options that the broadcaster pays for. */
  optionsHash: Hex
  over: boolean
}

export type Candidate = {
  address: Address
  /** As registered: anything, until checked. */
  serviceUri: string | undefined
}
