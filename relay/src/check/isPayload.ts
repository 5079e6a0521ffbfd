import { PayloadTree, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** Whether these bytes have this hash. */
export const isPayload = async (dataHash: Hex, data: Uint8Array): Promise<boolean> =>
  data.length <= Segment.maxPayloadBytes && (await PayloadTree.hash(data)) === dataHash
