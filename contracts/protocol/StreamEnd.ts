import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/** The origin states that its stream has ended. Every account that has this message can end the job on chain. */
export type StreamEnd = {
  streamId: StreamId.StreamId
  /** The last segment that the origin sent. */
  lastSequenceNumber: bigint
  signature: Hex
}

export async function sign(
  message: Omit<StreamEnd, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<StreamEnd> {
  return { ...message, signature: await signer.sign({ hash: typedData.hash('StreamEnd', message, domain) }) }
}

/** Throws `WrongSignerError` unless the stream's origin signed. */
export async function verify({ signature, ...message }: StreamEnd, domain: typedData.Domain): Promise<void> {
  const origin = StreamId.origin(message.streamId)
  const signer = await typedData.recover('StreamEnd', { message, signature, domain })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'StreamEnd.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The end of the stream was not signed by its origin.', {
      details: [`Origin: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
