import type { StreamId, typedData } from '@lp/contracts/protocol'
import type { Check } from 'lp-relay'
import type { Client } from 'viem'

/** A source segment to check, and the relay and the chain from which the page reads the evidence. */
export type SegmentToCheck = {
  streamId: StreamId.StreamId
  sequenceNumber: bigint
  /** The segment that was on screen: a segment of the source or of a rendition. */
  played: Check.Played
  /** The time at which the segment was recorded. Unix time. */
  startTimeMs: number
  /** The relay that served the segment. */
  relay: Check.Relay
  domain: typedData.Domain
  client: Client
}
