import { type Address, type Hex, zeroAddress } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * A peer's proof of its identity. The peer's key signs both DTLS fingerprints of this connection. So the proof is not valid
 * on a connection of another peer.
 */
export type Hello = {
  streamId: StreamId.StreamId
  localFingerprint: string
  remoteFingerprint: string
  role: string
  /** A bit set, uint64. `relay/src/mesh` has the meaning of each bit. */
  capabilities: bigint
  /** The key with which the peer pays and is paid. `undefined` if the peer has no payment key. */
  paymentKey: Address | undefined
}

export const sign = (hello: Hello, signer: typedData.Signer, domain: typedData.Domain): Promise<Hex> =>
  signer.sign({ hash: typedData.hash('Hello', message(hello), domain) })

/** The address that signed. `undefined` if `signature` is malformed. */
export const recover = (hello: Hello, signature: Hex, domain: typedData.Domain): Promise<Address | undefined> =>
  typedData.recover('Hello', { message: message(hello), signature, domain })

const message = (hello: Hello) => ({ ...hello, paymentKey: hello.paymentKey ?? zeroAddress })
