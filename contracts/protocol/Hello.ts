import { type Address, type Hex, zeroAddress } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * A peer's proof of its identity. The peer's key signs the values that distinguish this connection from every other connection. So
 * the proof is not valid on any other connection.
 */
export type Hello = {
  streamId: StreamId.StreamId
  connection: Connection
  role: string
  /** A bit set, uint64. `relay/src/mesh` has the meaning of each bit. */
  capabilities: bigint
  /** The key with which the peer pays and is paid. `undefined` if the peer has no payment key. */
  paymentKey: Address | undefined
}

/** A connection as one of its two ends sees it. */
export type Connection = WebRtcConnection | WebSocketConnection

/** The hashes of both DTLS certificates: `sha-256 ab:cd:…`, lower case. */
export type WebRtcConnection = { readonly localFingerprint: string; readonly remoteFingerprint: string }

/**
 * A WebSocket shows no certificates to the page, so each end sends a nonce. `serviceUri` names the relay to which the broadcaster
 * connected. Without `serviceUri`, this relay could pass the proof on to another relay, and speak there as the broadcaster.
 */
export type WebSocketConnection = {
  /** 32 random bytes. */
  readonly localNonce: Hex
  readonly remoteNonce: Hex
  /** In the form that `ServiceUri.fromText` returns. */
  readonly serviceUri: string
}

/** Returns `connection` as its other end sees it. */
export function otherEnd(connection: Connection): Connection {
  if ('localFingerprint' in connection) {
    const { localFingerprint, remoteFingerprint } = connection
    return { localFingerprint: remoteFingerprint, remoteFingerprint: localFingerprint }
  }
  const { localNonce, remoteNonce, serviceUri } = connection
  return { localNonce: remoteNonce, remoteNonce: localNonce, serviceUri }
}

/** The EIP-712 digest of a HELLO. Each kind of connection has its own EIP-712 type, so no signature is valid for both kinds. */
export function hash(hello: Hello, domain: typedData.Domain): Hex {
  const { type, message } = typed(hello)
  return typedData.hash(type, message, domain)
}

export const sign = (hello: Hello, signer: typedData.Signer, domain: typedData.Domain): Promise<Hex> =>
  signer.sign({ hash: hash(hello, domain) })

/** The address that signed `hello`. `undefined` if `signature` or a field of `hello` is malformed. */
export function recover(hello: Hello, signature: Hex, domain: typedData.Domain): Promise<Address | undefined> {
  const { type, message } = typed(hello)
  return typedData.recover(type, { message, signature, domain })
}

const typed = ({ connection, paymentKey = zeroAddress, ...rest }: Hello) =>
  ({
    type: 'localFingerprint' in connection ? 'Hello' : 'WebSocketHello',
    message: { ...rest, ...connection, paymentKey },
  }) as const
