import { PayloadTree } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

export type HashRequest = { id: number; data: Uint8Array }
/** If the worker could not hash the data, the answer has `failure` instead of `dataHash`. */
export type HashAnswer = { id: number; dataHash?: Hex; failure?: string }

// `onerror` of a worker gets no error of an asynchronous function. So the worker answers with its failure.
self.onmessage = ({ data: { id, data } }: MessageEvent<HashRequest>) => {
  const answer = (outcome: Omit<HashAnswer, 'id'>) => self.postMessage({ id, ...outcome } satisfies HashAnswer)
  PayloadTree.hash(data).then(
    (dataHash) => answer({ dataHash }),
    (error: unknown) => answer({ failure: String(error) }),
  )
}
