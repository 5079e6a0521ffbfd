import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The transcoder's word for one segment: this output from this input, which it still holds. Leaf of the claim's Merkle
 * tree. Whitepaper, "The Job", step 9.
 */
export type TranscodeReceipt = {
  jobId: Hex
  /** The source stream. */
  streamId: StreamId.StreamId
  sequenceNumber: bigint
  /** Of the input segment's payload. */
  dataHash: Hex
  /** `Recipe.transcodedDataHash` over the renditions. */
  transcodedDataHash: Hex
  /** The origin's signature of the input segment. */
  broadcasterSignature: Hex
  /** By the rendition key. */
  signature: Hex
}

export async function sign(
  message: Omit<TranscodeReceipt, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<TranscodeReceipt> {
  return { ...message, signature: await signer.sign({ hash: hash(message, domain) }) }
}

/** EIP-712 digest: what the rendition key signs and what the claim's Merkle tree holds. */
export const hash = (receipt: Omit<TranscodeReceipt, 'signature'>, domain: typedData.Domain): Hex => {
  const { jobId, streamId, sequenceNumber, dataHash, transcodedDataHash, broadcasterSignature } = receipt
  const message = { jobId, streamId, sequenceNumber, dataHash, transcodedDataHash, broadcasterSignature }
  return typedData.hash('TranscodeReceipt', message, domain)
}

/** Throws unless `renditionKey` signed. */
export async function verify(
  { signature, ...message }: TranscodeReceipt,
  { renditionKey, domain }: { renditionKey: Address; domain: typedData.Domain },
): Promise<void> {
  const signer = await typedData.recover('TranscodeReceipt', { message, signature, domain })
  if (!signer || !isAddressEqual(signer, renditionKey)) throw new WrongSignerError({ renditionKey, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'TranscodeReceipt.WrongSignerError'
  constructor({ renditionKey, signer }: { renditionKey: Address; signer: Address | undefined }) {
    super('The receipt was not signed by the rendition key of its assignment.', {
      details: [`Rendition key: ${renditionKey}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}
