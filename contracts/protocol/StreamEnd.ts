import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The broadcaster's statement that its stream has ended. Every account that has this message can end the job on chain.
 */
export type StreamEnd = {
  streamId: StreamId.StreamId
  /** The last segment that the broadcaster sent. */
  lastSequenceNumber: bigint
  /** Signed by the stream key. */
  signature: Hex
}

export async function sign(
  message: Omit<StreamEnd, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<StreamEnd> {
  return { ...message, signature: await signer.sign({ hash: typedData.hash('StreamEnd', message, domain) }) }
}

/** Throws `WrongSignerError` unless the stream key signed the message. */
export async function verify({ signature, ...message }: StreamEnd, domain: typedData.Domain): Promise<void> {
  const origin = StreamId.origin(message.streamId)
  const signer = await typedData.recover('StreamEnd', { message, signature, domain })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'StreamEnd.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The end of the stream was not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
