import type { Address, Hex } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/** With this message, the stream key allows `broadcaster`, a wallet, to post jobs for the stream. */
export type StreamBinding = { streamId: StreamId.StreamId; broadcaster: Address }

export const sign = (binding: StreamBinding, signer: typedData.Signer, domain: typedData.Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('StreamBinding', binding, domain) })
