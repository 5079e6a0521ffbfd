import { type Cheque, ProtocolError, type StreamId, typedData } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'

/**
 * A viewer's statement that it received correct bytes of a stream from the uploader. If the uploader is a viewer, it shows the statement to relays,
 * and gets free bytes for it (`Acknowledgements`). If the uploader is a relay, it shows the statement to the sponsor of the stream, and is paid for the
 * bytes (decision 052). The statement is cumulative: a later statement with more bytes replaces an earlier statement.
 */
export type Acknowledgement = {
  /** The source. The bytes of its renditions count, too. */
  streamId: StreamId.StreamId
  /** The payment key of the viewer that received the bytes. It signs the statement. */
  acknowledger: Address
  /** The payment key of the viewer or relay that sent the bytes. */
  uploader: Address
  /** The bytes of payloads of the stream that this acknowledger has received from this uploader and has not paid for. A uint64. */
  bytes: bigint
}

export type SignedAcknowledgement = Acknowledgement & { signature: Hex }

export type Domain = Cheque.Domain

const messageOf = ({ streamId, acknowledger, uploader, bytes }: Acknowledgement): Acknowledgement => ({
  ...{ streamId, acknowledger, uploader, bytes },
})

/** The EIP-712 digest. Its domain is the domain of cheques. */
export const hash = (acknowledgement: Acknowledgement, domain: Domain): Hex =>
  typedData.hash('Acknowledgement', messageOf(acknowledgement), domain)

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
export async function verify(acknowledgement: SignedAcknowledgement, domain: Domain): Promise<void> {
  const { signature } = acknowledgement
  const message = messageOf(acknowledgement)
  assertSigner(message, await typedData.recover('Acknowledgement', { message, signature, domain }))
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
