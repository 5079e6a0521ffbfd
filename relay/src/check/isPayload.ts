import { PayloadTree, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** Whether `data` has this hash, and is not larger than a payload may be. */
export const isPayload = async (dataHash: Hex, data: Uint8Array): Promise<boolean> =>
  data.length <= Segment.maxPayloadBytes && (await PayloadTree.hash(data)) === dataHash
