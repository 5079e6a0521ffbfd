import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The broadcaster's wish that relays show its stream among the streams that are live now, or that they do not show it any more. The
 * broadcaster signs a new listing every minute, so an old one cannot show a stream that has ended. Decision 074.
 */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  jobId: Hex
  /** Unix time of the start of the stream, in milliseconds. */
  startedAtMs: bigint
  isListed: boolean
  /** Unix time in milliseconds. Of two listings of a stream, the later one counts. */
  signedAtMs: bigint
}

export type StreamListing = Header & { /** Signed by the stream key. */ signature: Hex }

/** The broadcaster signs a new listing after this time. */
export const repeatMs = 60_000
/** A relay shows a listing for this time after its arrival: one of three can be lost. */
export const validMs = 180_000
/** A listing whose time differs more than this from the reader's clock does not count. The clocks of two honest persons can differ. */
export const toleranceMs = 600_000

export async function sign(
  message: Header,
  signer: typedData.Signer,
  domain: typedData.Domain,
): Promise<StreamListing> {
  return { ...message, signature: await signer.sign({ hash: typedData.hash('StreamListing', message, domain) }) }
}

/** Throws `UntimelyError` if the listing is too old or from the future, and `WrongSignerError` unless the stream key signed it. */
export async function verify(
  { signature, ...message }: StreamListing,
  { domain, nowMs }: { domain: typedData.Domain; nowMs: number },
): Promise<void> {
  const ageMs = nowMs - Number(message.signedAtMs)
  if (Math.abs(ageMs) > toleranceMs || message.startedAtMs > message.signedAtMs) throw new UntimelyError({ ageMs })
  const origin = StreamId.origin(message.streamId)
  const signer = await typedData.recover('StreamListing', { message: messageOf(message), signature, domain })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

const messageOf = ({ streamId, jobId, startedAtMs, isListed, signedAtMs }: Header): Header => ({
  ...{ streamId, jobId, startedAtMs, isListed, signedAtMs },
})

export class WrongSignerError extends ProtocolError {
  override readonly name = 'StreamListing.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The listing of the stream was not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class UntimelyError extends ProtocolError {
  override readonly name = 'StreamListing.UntimelyError'
  constructor({ ageMs }: { ageMs: number }) {
    super('The listing of the stream is too old, or its time is in the future.', {
      details: [`Age: ${ageMs} ms`, `Allowed difference: ${toleranceMs} ms`],
    })
  }
}
