import { type Cheque, ProtocolError, type typedData } from '@lp/contracts/protocol'
import { type Address, type Hex, hashTypedData, isAddressEqual, recoverAddress } from 'viem'

/**
 * A viewer's statement that it received correct bytes from another viewer. The uploader shows it to a relay, which then serves the uploader
 * free (`Acknowledgements`). The statement is cumulative: a later statement with more bytes replaces an earlier one.
 */
export type Acknowledgement = {
  /** The payment key of the viewer that received the bytes. It signs the statement. */
  acknowledger: Address
  /** The payment key of the viewer that sent the bytes. */
  uploader: Address
  /** All bytes of payloads that this acknowledger has received from this uploader. A uint64. */
  bytes: bigint
}

export type SignedAcknowledgement = Acknowledgement & { signature: Hex }

export type Domain = Cheque.Domain

const types = {
  Acknowledgement: [
    { name: 'acknowledger', type: 'address' },
    { name: 'uploader', type: 'address' },
    { name: 'bytes', type: 'uint64' },
  ],
} as const

/** The EIP-712 digest. Its domain is the domain of cheques. */
export const hash = ({ acknowledger, uploader, bytes }: Acknowledgement, { chainId, chequebook }: Domain): Hex =>
  hashTypedData({
    domain: { name: 'Livepeer', version: '1', chainId, verifyingContract: chequebook },
    types,
    primaryType: 'Acknowledgement',
    message: { acknowledger, uploader, bytes },
  })

/** Signs with the key of the acknowledger. Throws `WrongSignerError` if `signer` is another key. */
export async function sign(
  acknowledgement: Acknowledgement,
  signer: typedData.Signer,
  domain: Domain,
): Promise<SignedAcknowledgement> {
  assertSigner(acknowledgement, signer.address)
  return { ...acknowledgement, signature: await signer.sign({ hash: hash(acknowledgement, domain) }) }
}

/** Throws `WrongSignerError` unless the acknowledger signed. */
export async function verify({ signature, ...acknowledgement }: SignedAcknowledgement, domain: Domain): Promise<void> {
  const signer = await recoverAddress({ hash: hash(acknowledgement, domain), signature }).catch(() => undefined)
  assertSigner(acknowledgement, signer)
}

function assertSigner({ acknowledger }: Acknowledgement, signer: Address | undefined) {
  if (!signer || !isAddressEqual(signer, acknowledger)) throw new WrongSignerError({ acknowledger, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Acknowledgement.WrongSignerError'
  constructor({ acknowledger, signer }: { acknowledger: Address; signer: Address | undefined }) {
    super('The acknowledgement was not signed by the viewer that received the bytes.', {
      details: [`Viewer: ${acknowledger}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
