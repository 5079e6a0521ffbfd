import { PayloadTree } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

export type HashRequest = { id: number; data: Uint8Array }
export type HashAnswer = { id: number; dataHash: Hex }

self.onmessage = async ({ data: { id, data } }: MessageEvent<HashRequest>) => {
  const answer: HashAnswer = { id, dataHash: await PayloadTree.hash(data) }
  self.postMessage(answer)
}
