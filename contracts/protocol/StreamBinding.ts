import type { Address, Hex } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/** The stream key's word that this wallet may post jobs for its stream, so that nobody binds another's stream. */
export type StreamBinding = { streamId: StreamId.StreamId; broadcaster: Address }

export const sign = (binding: StreamBinding, signer: typedData.Signer, domain: typedData.Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('StreamBinding', binding, domain) })
