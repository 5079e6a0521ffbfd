import { StreamId } from '@lp/contracts/protocol'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type SealedKey, seal } from './resume/sealedKey'

/**
 * A stream and its key. The stream key signs the segments, and exists only in this browser. If the wallet signed the segments, the wallet
 * would ask the person for a confirmation every two seconds.
 */
export type NewStream = {
  streamId: StreamId.StreamId
  streamKey: PrivateKeyAccount
  /** The stream key for the store. */
  seal(): Promise<SealedKey>
}

/** `mayRecord`: whether viewers and relays may keep a recording. */
export function createStream({ mayRecord }: { mayRecord: boolean }): NewStream {
  const privateKey = generatePrivateKey()
  const streamKey = privateKeyToAccount(privateKey)
  return { streamId: StreamId.random(streamKey.address, { mayRecord }), streamKey, seal: () => seal(privateKey) }
}
