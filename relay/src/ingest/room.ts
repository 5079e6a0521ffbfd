import type { StreamId } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, sliceHex, stringToHex } from 'viem'

/**
 * Where a broadcaster and its candidates meet, 20 bytes. Not in the viewers' room: there a tracker would bring either of
 * them to some thousand viewers before the other.
 */
export const infoHash = (streamId: StreamId.StreamId): Hex =>
  sliceHex(keccak256(concatHex([stringToHex('ingest'), streamId])), 0, 20)
