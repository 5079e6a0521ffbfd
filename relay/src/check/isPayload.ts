import { PayloadTree, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** Whether these are the bytes under a hash. */
export const isPayload = async (dataHash: Hex, data: Uint8Array): Promise<boolean> =>
  data.length <= Segment.maxPayloadBytes && (await PayloadTree.hash(data)) === dataHash
