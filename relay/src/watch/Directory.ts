import type { StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** The port through which a viewer finds a stream. `chainDirectory` implements this port with the chain. */
export type Directory = {
  /** `undefined`: no job was ever posted for the stream. Rejects when the chain does not answer. */
  find(streamId: StreamId.StreamId): Promise<Listing | undefined>
}

/** The newest job of a stream and the transcoders that were drawn for it. */
export type Listing = {
  job: Job
  /** In order of priority. */
  candidates: readonly Candidate[]
}

export type Job = {
  jobId: Hex
  streamId: StreamId.StreamId
  /** Hash of the transcoding options that the broadcaster pays for. */
  optionsHash: Hex
  over: boolean
}

export type Candidate = {
  address: Address
  /** The service URI that the transcoder has registered on chain. `undefined`: none that can be used. */
  serviceUri: string | undefined
}
