import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The sponsor's promise to pay relays for bytes to one viewer. Several relays can serve the viewer, and the sponsor pays all these relays
 * together for at most `capBytes`. A later admission of the same viewer, with a larger cap or a later expiry, replaces the earlier one.
 */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  /** The viewer's payment key. */
  viewer: Address
  /**
   * The number of admissions that the sponsor has signed for this stream, this admission included. So every relay can see how many
   * admissions exist. A uint32.
   */
  number: number
  /** The largest number of bytes that the sponsor pays for this viewer, earlier admissions included. A uint64. */
  capBytes: bigint
  /** Unix time in seconds. The sponsor does not pay for bytes that are sent from this time on. */
  expiry: bigint
}

export type Admission = Header & {
  /** Signed by the sponsor. */
  signature: Hex
}

/** Signs with the key of the sponsor. */
export async function sign(
  admission: Header,
  signer: typedData.Signer,
  domain: typedData.ChequeDomain,
): Promise<Admission> {
  const message = messageOf(admission)
  return { ...message, signature: await signer.sign({ hash: hash(message, domain) }) }
}

/** The EIP-712 digest. */
export const hash = (admission: Header, domain: typedData.ChequeDomain): Hex =>
  typedData.hash('Admission', messageOf(admission), domain)

/** Throws `WrongSignerError` unless the sponsor signed the admission. */
export async function verify(
  admission: Admission,
  { sponsor, domain }: { sponsor: Address; domain: typedData.ChequeDomain },
): Promise<void> {
  const { signature } = admission
  const signer = await typedData.recover('Admission', { message: messageOf(admission), signature, domain })
  if (!signer || !isAddressEqual(signer, sponsor)) throw new WrongSignerError({ sponsor, signer })
}

const messageOf = ({ streamId, viewer, number, capBytes, expiry }: Header): Header => ({
  ...{ streamId, viewer, number, capBytes, expiry },
})

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Admission.WrongSignerError'
  constructor({ sponsor, signer }: { sponsor: Address; signer: Address | undefined }) {
    super('The admission was not signed by the sponsor of the stream.', {
      details: [`Sponsor: ${sponsor}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
