import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * A message, signed by the stream key. It assigns all segments whose number is `fromSequence` or higher to one of the drawn
 * candidates: `transcoder`. A later Assignment of the job to another candidate ends this Assignment. The broadcaster sends an
 * Assignment to the transcoder and not to the chain, so a handover needs no transaction of the broadcaster.
 */
export type Assignment = {
  jobId: Hex
  streamId: StreamId.StreamId
  transcoder: Address
  renditionKey: Address
  fromSequence: bigint
  /** Signed by the stream key. */
  signature: Hex
}

/**
 * In each job, the contracts record at most this number of Assignments to the same transcoder. An Assignment whose
 * `fromSequence` is 0 does not count.
 */
export const maxPerTranscoder = 12

export async function sign(
  message: Omit<Assignment, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<Assignment> {
  return { ...message, signature: await signer.sign({ hash: typedData.hash('Assignment', message, domain) }) }
}

/** Throws `WrongSignerError` unless the stream key signed the assignment. */
export async function verify({ signature, ...message }: Assignment, domain: typedData.Domain): Promise<void> {
  const origin = StreamId.origin(message.streamId)
  const signer = await typedData.recover('Assignment', { message, signature, domain })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Assignment.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The assignment was not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
