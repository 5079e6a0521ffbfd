import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as PayloadTree from './PayloadTree'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/** The signed fields of one segment of a stream. The payload is separate. Whitepaper, "Video Segments". */
export type Header = {
  streamId: StreamId.StreamId
  /** Position in the stream, from 0. */
  sequenceNumber: bigint
  /** Unix time when the first sample was captured. */
  startTimeMs: bigint
  durationMs: number
  /** `PayloadTree.hash` of the payload. */
  dataHash: Hex
}

export type Segment = Header & { signature: Hex }

/** The paper's segment length T. */
export const targetDurationMs = 2_000
/** The longest allowed duration of a segment. A segment is longer than T if the encoder makes the next keyframe late. */
export const maxDurationMs = 6_000
/** The limit bounds the memory that a peer can occupy in the receiver. Segments within the limits of their job are much smaller. */
export const maxPayloadBytes = 16 * 1024 * 1024

/** Signs a header with the key of its stream. Throws `WrongSignerError` if `signer` is another key. */
export async function sign(header: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<Segment> {
  assertOrigin(header.streamId, signer.address)
  return { ...header, signature: await signer.sign({ hash: hash(header, domain) }) }
}

export const hash = (
  { streamId, sequenceNumber, startTimeMs, durationMs, dataHash }: Header,
  domain: typedData.Domain,
) => typedData.hash('Segment', { streamId, sequenceNumber, startTimeMs, durationMs, dataHash }, domain)

/**
 * Throws `WrongSignerError` unless the key of the stream signed this header: the stream key, or for a rendition the
 * rendition key. Throws `DurationError` if the duration is out of bounds.
 */
export async function verify(segment: Segment, domain: typedData.Domain): Promise<void> {
  if (segment.durationMs < 1 || segment.durationMs > maxDurationMs)
    throw new DurationError({ durationMs: segment.durationMs })
  const { signature, streamId, sequenceNumber, startTimeMs, durationMs, dataHash } = segment
  const message = { streamId, sequenceNumber, startTimeMs, durationMs, dataHash }
  assertOrigin(streamId, await typedData.recover('Segment', { message, signature, domain }))
}

/** Throws `WrongPayloadError` unless the hash of `data` is the header's `dataHash`. Throws `PayloadTooLargeError` if `data` is too large. */
export async function verifyPayload({ dataHash, sequenceNumber }: Header, data: Uint8Array): Promise<void> {
  if (data.length > maxPayloadBytes) throw new PayloadTooLargeError({ bytes: data.length })
  const actual = await PayloadTree.hash(data)
  if (actual !== dataHash) throw new WrongPayloadError({ sequenceNumber, expected: dataHash, actual })
}

function assertOrigin(streamId: StreamId.StreamId, signer: Address | undefined) {
  const origin = StreamId.origin(streamId)
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

export class WrongSignerError extends ProtocolError {
  override readonly name = 'Segment.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The segment was not signed by the key of its stream.', {
      details: [`Key of the stream: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class WrongPayloadError extends ProtocolError {
  override readonly name = 'Segment.WrongPayloadError'
  constructor({ sequenceNumber, expected, actual }: { sequenceNumber: bigint; expected: Hex; actual: Hex }) {
    super('The hash of the payload is not the data hash in the segment header.', {
      details: [`Sequence number: ${sequenceNumber}`, `Signed: ${expected}`, `Received: ${actual}`],
    })
  }
}

export class DurationError extends ProtocolError {
  override readonly name = 'Segment.DurationError'
  constructor({ durationMs }: { durationMs: number }) {
    super('The segment is empty or too long.', {
      details: [`Duration: ${durationMs} ms`, `Allowed: 1 to ${maxDurationMs} ms`],
    })
  }
}

export class PayloadTooLargeError extends ProtocolError {
  override readonly name = 'Segment.PayloadTooLargeError'
  constructor({ bytes }: { bytes: number }) {
    super('The payload is too large.', { details: [`Bytes: ${bytes}`, `Allowed: ${maxPayloadBytes}`] })
  }
}
