import type { Address, Hex } from 'viem'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * A buyer asks a key server for all keys of one epoch. An epoch has more than one key if the broadcaster's page was loaded again in this
 * epoch. The signature proves that the buyer has the key that signs the cheques. The signature also covers the public key to which the
 * server encrypts the answer. So a stranger that sees the request or the cheques gets no key.
 */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  epoch: bigint
  server: Address
  /** The account whose cheques pay. */
  issuer: Address
  /** An uncompressed point of P-256: 65 bytes. */
  publicKey: Hex
}

export type KeyRequest = Header & { /** Signed by the key that signs the cheques. */ signature: Hex }

export async function sign(request: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<KeyRequest> {
  const message = messageOf(request)
  return { ...message, signature: await signer.sign({ hash: typedData.hash('KeyRequest', message, domain) }) }
}

/** The address of the key that signed the request. `undefined` if the signature is malformed. */
export const recover = (request: KeyRequest, domain: typedData.Domain): Promise<Address | undefined> =>
  typedData.recover('KeyRequest', { message: messageOf(request), signature: request.signature, domain })

const messageOf = ({ streamId, epoch, server, issuer, publicKey }: Header): Header => ({
  ...{ streamId, epoch, server, issuer, publicKey },
})
