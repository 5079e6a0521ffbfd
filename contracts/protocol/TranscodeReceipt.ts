import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import type * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The transcoder's statement about one segment: the transcoder made this output from this input, and stores the input. A
 * receipt is a leaf of the claim's Merkle tree. Whitepaper, "The Job", step 9.
 */
export type TranscodeReceipt = {
  jobId: Hex
  /** The source stream. */
  streamId: StreamId.StreamId
  sequenceNumber: bigint
  /** `dataHash` of the input segment. */
  dataHash: Hex
  /** `Recipe.transcodedDataHash` of the renditions. */
  transcodedDataHash: Hex
  /** The stream key's signature on the input segment. */
  broadcasterSignature: Hex
  /** Signed by the rendition key. */
  signature: Hex
}

export async function sign(
  message: Omit<TranscodeReceipt, 'signature'>,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<TranscodeReceipt> {
  return { ...message, signature: await signer.sign({ hash: hash(message, domain) }) }
}

/** EIP-712 digest. The rendition key signs the digest. The digest is also the `receiptHash` of a leaf of the claim's Merkle tree. */
export const hash = (receipt: Omit<TranscodeReceipt, 'signature'>, domain: typedData.Domain): Hex => {
  const { jobId, streamId, sequenceNumber, dataHash, transcodedDataHash, broadcasterSignature } = receipt
  const message = { jobId, streamId, sequenceNumber, dataHash, transcodedDataHash, broadcasterSignature }
  return typedData.hash('TranscodeReceipt', message, domain)
}

/** Throws `WrongSignerError` unless `renditionKey` signed the receipt. */
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
