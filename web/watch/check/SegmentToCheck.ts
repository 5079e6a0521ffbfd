import type { StreamId, typedData } from '@lp/contracts/protocol'
import type { Check } from 'lp-relay'
import type { Client } from 'viem'

/** A source segment to check, and whom to ask about it. */
export type Pick = {
  streamId: StreamId.StreamId
  sequenceNumber: bigint
  /** What of it was on the screen. */
  played: Check.Played
  /** When it was recorded, Unix time. */
  startTimeMs: number
  /** Where it was had from. */
  relay: Check.Relay
  domain: typedData.Domain
  client: Client
}
