import type { Address, Hex } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * How a peer proves who it is: its key signs both DTLS fingerprints of this very connection, so that nobody in the middle
 * can pass the proof on.
 */
export type Hello = {
  streamId: StreamId.StreamId
  localFingerprint: string
  remoteFingerprint: string
  role: string
}

export const sign = (hello: Hello, signer: typedData.Signer, domain: typedData.Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('Hello', hello, domain) })

/** The address that signed; `undefined` when the signature is none. */
export const recover = (hello: Hello, signature: Hex, domain: typedData.Domain): Promise<Address | undefined> =>
  typedData.recover('Hello', { message: hello, signature, domain })
