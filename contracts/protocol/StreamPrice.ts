import { type Address, isAddressEqual } from 'viem'
import * as Cheque from './Cheque'
import * as EpochKey from './EpochKey'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The broadcaster's price for the keys of a paid stream. The price is signed, so no relay can change it. The price is the same for the
 * whole stream.
 */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  /** The beneficiary of the cheques that pay for the keys. */
  beneficiary: Address
  weiPerSegment: bigint
}

export type StreamPrice = Header & { /** Signed by the stream key. */ signature: `0x${string}` }

/** Throws `AmountError` if the price is out of bounds. */
export async function sign(price: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<StreamPrice> {
  const message = messageOf(price)
  assertBounded(message)
  return { ...message, signature: await signer.sign({ hash: typedData.hash('StreamPrice', message, domain) }) }
}

/** Throws `WrongSignerError` unless the stream key signed the price. Throws `AmountError` if the price is out of bounds. */
export async function verify(price: StreamPrice, domain: typedData.Domain): Promise<void> {
  assertBounded(price)
  const origin = StreamId.origin(price.streamId)
  const signer = await typedData.recover('StreamPrice', {
    ...{ message: messageOf(price), signature: price.signature, domain },
  })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

/** The price of the keys of one epoch, in wei. */
export const ofEpoch = ({ weiPerSegment }: Pick<Header, 'weiPerSegment'>): bigint =>
  weiPerSegment * EpochKey.segmentsPerEpoch

const messageOf = ({ streamId, beneficiary, weiPerSegment }: Header): Header => ({
  ...{ streamId, beneficiary, weiPerSegment },
})

function assertBounded(price: Header): void {
  const { weiPerSegment } = price
  if (weiPerSegment < 1n || ofEpoch(price) > Cheque.maxAmount) throw new AmountError({ weiPerSegment })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'StreamPrice.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The price of the stream was not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class AmountError extends ProtocolError {
  override readonly name = 'StreamPrice.AmountError'
  constructor({ weiPerSegment }: { weiPerSegment: bigint }) {
    super('The price of the stream is out of bounds.', {
      details: [`Price: ${weiPerSegment} wei for a segment`, `Allowed: from 1 wei; no epoch above ${Cheque.maxAmount}`],
    })
  }
}
