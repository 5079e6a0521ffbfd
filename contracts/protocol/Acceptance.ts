import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/** The message with which a transcoder accepts a job and names its rendition key. Whitepaper, "The Job", step 4. */
export type Acceptance = {
  jobId: Hex
  streamId: StreamId.StreamId
  renditionKey: Address
  /** The first sequence number that the transcoder accepts. */
  fromSequence: bigint
  /** Signed by the transcoder's account. */
  signature: Hex
}

export async function sign(
  message: Omit<Acceptance, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<Acceptance> {
  return { ...message, signature: await signer.sign({ hash: typedData.hash('Acceptance', message, domain) }) }
}

/** Throws `WrongSignerError` unless `transcoder` signed the acceptance. */
export async function verify(
  { signature, ...message }: Acceptance,
  { transcoder, domain }: { transcoder: Address; domain: typedData.Domain },
): Promise<void> {
  const signer = await typedData.recover('Acceptance', { message, signature, domain })
  if (!signer || !isAddressEqual(signer, transcoder)) throw new WrongSignerError({ transcoder, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Acceptance.WrongSignerError'
  constructor({ transcoder, signer }: { transcoder: Address; signer: Address | undefined }) {
    super('The acceptance was not signed by the transcoder that was drawn.', {
      details: [`Transcoder: ${transcoder}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
