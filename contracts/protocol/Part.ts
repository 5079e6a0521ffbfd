import { type Address, type Hex, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as Segment from './Segment'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The statement about the first bytes of a segment that is not complete yet. A `Part` is this statement with its signature. The viewer's
 * page can play these bytes before the segment ends. The parts of one segment are numbered from 0, and each part contains the bytes of the
 * part before it. The last part needs no signature of its own, because the signed header of the whole segment takes its
 * place. Decision 036.
 */
export type Header = {
  streamId: StreamId.StreamId
  /** The sequence number of the segment. */
  sequenceNumber: bigint
  /** Unix time when the first sample of the segment was captured. */
  startTimeMs: bigint
  /** Position among the parts of the segment, from 0. */
  index: number
  /** The number of bytes from the start of the segment to the end of this part. */
  length: number
  /** The duration from the start of the segment to the end of this part. */
  durationMs: number
  /** `PayloadTree.hash` of the first `length` bytes of the segment. */
  prefixHash: Hex
}

export type Part = Header & { signature: Hex }

/**
 * At usual frame rates, a part is longer than the part before it by at most this time, and by at least 85 % of this time, as HLS requires.
 * Only the last part of a segment may add less. A segment of 2 s has five parts at every usual frame rate.
 */
export const targetDurationMs = 400
/** The largest number of parts of one segment. It limits how much a peer can make the receiver store and check. */
export const maxPerSegment = 64

/** Signs a header with the key of its stream. Throws `Segment.WrongSignerError` if `signer` is another key. */
export async function sign(header: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<Part> {
  assertOrigin(header.streamId, signer.address)
  return { ...header, signature: await signer.sign({ hash: typedData.hash('Part', header, domain) }) }
}

/**
 * Throws `Segment.WrongSignerError` unless the key of the stream signed this header: the stream key, or for a rendition the rendition
 * key. Throws `BoundsError` if a field is out of bounds.
 */
export async function verify({ signature, ...header }: Part, domain: typedData.Domain): Promise<void> {
  const { index, length, durationMs } = header
  const isBounded =
    within(index, 0, maxPerSegment - 1) &&
    within(length, 1, Segment.maxPayloadBytes) &&
    within(durationMs, 1, Segment.maxDurationMs)
  if (!isBounded) throw new BoundsError(header)
  assertOrigin(header.streamId, await typedData.recover('Part', { message: header, signature, domain }))
}

/**
 * Throws `ContradictionError` if no segment can have both parts. The caller must have verified both parts, and both must be of the same
 * segment. The fault is the signer's, and not the fault of the peer that sent the parts.
 */
export function assertConsistent(one: Header, other: Header): void {
  const [before, after] = one.index <= other.index ? [one, other] : [other, one]
  const isSame =
    before.index === after.index &&
    before.length === after.length &&
    before.durationMs === after.durationMs &&
    before.prefixHash === after.prefixHash
  const isGrown = before.index < after.index && before.length < after.length && before.durationMs < after.durationMs
  if (before.startTimeMs !== after.startTimeMs || !(isSame || isGrown)) throw new ContradictionError(before, after)
}

/**
 * Throws `ContradictionError` if the segment cannot have this part. The caller must have verified the part and the segment, and both must
 * have the same stream and the same sequence number.
 */
export function assertWithin(part: Header, segment: Segment.Header): void {
  const isWhole = part.prefixHash === segment.dataHash
  const isWithin = isWhole ? part.durationMs === segment.durationMs : part.durationMs <= segment.durationMs
  if (part.startTimeMs !== segment.startTimeMs || !isWithin) throw new ContradictionError(part, segment)
}

const within = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max

function assertOrigin(streamId: StreamId.StreamId, signer: Address | undefined) {
  const origin = StreamId.origin(streamId)
  if (!signer || !isAddressEqual(signer, origin)) throw new Segment.WrongSignerError({ origin, signer })
}

export class BoundsError extends ProtocolError {
  override readonly name = 'Part.BoundsError'
  constructor({ index, length, durationMs }: Pick<Header, 'index' | 'length' | 'durationMs'>) {
    super('A field of the part is out of bounds.', {
      details: [
        `Index: ${index}, allowed: 0 to ${maxPerSegment - 1}`,
        `Length: ${length} bytes, allowed: 1 to ${Segment.maxPayloadBytes}`,
        `Duration: ${durationMs} ms, allowed: 1 to ${Segment.maxDurationMs} ms`,
      ],
    })
  }
}

export class ContradictionError extends ProtocolError {
  override readonly name = 'Part.ContradictionError'
  constructor(part: Header, other: Header | Segment.Header) {
    const described = 'index' in other ? `part ${other.index}` : 'the whole segment'
    super('The key of the stream signed two contradicting statements about one segment.', {
      details: [
        `Stream: ${part.streamId}`,
        `Segment: ${part.sequenceNumber}`,
        `Statements: part ${part.index} and ${described}`,
      ],
    })
  }
}
