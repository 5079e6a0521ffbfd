import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/** The broadcaster's statement that the sponsor pays relays for the bytes that they send to admitted viewers (decision 052). */
export type Header = {
  /** The source. The sponsorship also covers its renditions. */
  streamId: StreamId.StreamId
  /** The payment key that signs admissions and pays relays. It may be the broadcaster's own payment key. */
  sponsor: Address
  /** The highest price that the sponsor pays. */
  maxWeiPerByte: bigint
  /** Unix time in seconds. The sponsor does not pay for bytes that are sent from this time on. */
  expiry: bigint
}

export type Sponsorship = Header & {
  /** Signed by the stream key. */
  signature: Hex
}

/** Signs with the stream key. Throws `WrongSignerError` if `signer` is another key. */
export async function sign(
  sponsorship: Header,
  signer: typedData.Signer,
  domain: typedData.ChequeDomain,
): Promise<Sponsorship> {
  const message = messageOf(sponsorship)
  assertOrigin(message, signer.address)
  return { ...message, signature: await signer.sign({ hash: hash(message, domain) }) }
}

/** The EIP-712 digest. */
export const hash = (sponsorship: Header, domain: typedData.ChequeDomain): Hex =>
  typedData.hash('Sponsorship', messageOf(sponsorship), domain)

/** Throws `WrongSignerError` unless the stream key signed the sponsorship. */
export async function verify(sponsorship: Sponsorship, domain: typedData.ChequeDomain): Promise<void> {
  const { signature } = sponsorship
  const message = messageOf(sponsorship)
  assertOrigin(message, await typedData.recover('Sponsorship', { message, signature, domain }))
}

const messageOf = ({ streamId, sponsor, maxWeiPerByte, expiry }: Header): Header => ({
  ...{ streamId, sponsor, maxWeiPerByte, expiry },
})

function assertOrigin({ streamId }: Header, signer: Address | undefined) {
  const origin = StreamId.origin(streamId)
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Sponsorship.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The sponsorship was not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
