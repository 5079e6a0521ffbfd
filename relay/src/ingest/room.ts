import type { StreamId } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, sliceHex, stringToHex } from 'viem'

/**
 * The infohash (20 bytes) of the room in which a broadcaster meets its candidates. Viewers are in a different room. If viewers were in this
 * room, the tracker could connect the broadcaster to thousands of viewers before it connects the broadcaster to a candidate.
 */
export const infoHash = (streamId: StreamId.StreamId): Hex =>
  sliceHex(keccak256(concatHex([stringToHex('ingest'), streamId])), 0, 20)
