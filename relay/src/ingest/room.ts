import type { StreamId } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, sliceHex, stringToHex } from 'viem'

/**
 * The room in which a broadcaster meets its candidates, 20 bytes. In the viewers' room a tracker would connect both of them
 * to thousands of viewers first.
 */
export const infoHash = (streamId: StreamId.StreamId): Hex =>
  sliceHex(keccak256(concatHex([stringToHex('ingest'), streamId])), 0, 20)
