import {
  Part,
  Prefixes,
  ProtocolError,
  SealedPrefixes,
  SealedSegment,
  Segment,
  type StreamId,
  type typedData,
} from '@lp/contracts/protocol'
import { concatBytes, type Hex } from 'viem'
import type { SealedPart, SealedWhole, Sink } from './Worker'

export type ArrivalOptions = {
  sequenceNumber: bigint
  startTimeMs: bigint
  sink: Sink
  offer: { streamId: StreamId.StreamId; domain: typedData.Domain }
  /** How the broadcaster of a paid stream encrypts the segment. */
  seal?: { key: Uint8Array; salt: Hex } | undefined
}

/** One segment while it arrives. Checks its bytes and its parts, and gives both to the sink. */
export class Arrival {
  readonly sequenceNumber: bigint
  readonly sink: Sink
  readonly #startTimeMs: bigint
  readonly #offer: ArrivalOptions['offer']
  readonly #chunks: Uint8Array[] = []
  readonly #prefixes = new Prefixes()
  readonly #parts: Part.Part[] = []
  readonly #sealed: SealedPrefixes | undefined
  /** The headers of the sealed form of the next part, and of the whole segment. Not checked yet. */
  #sealedPart: Part.Part | undefined
  #sealedSegment: Segment.Segment | undefined

  constructor({ sequenceNumber, startTimeMs, sink, offer, seal }: ArrivalOptions) {
    this.sequenceNumber = sequenceNumber
    this.#startTimeMs = startTimeMs
    this.sink = sink
    this.#offer = offer
    const place = { streamId: offer.streamId, sequenceNumber }
    this.#sealed = seal && new SealedPrefixes(seal.key, { ...place, salt: seal.salt })
  }

  /** All bytes so far. */
  get payload(): Uint8Array {
    return concatBytes(this.#chunks)
  }

  /** Throws `OutOfOrderError`, `Segment.PayloadTooLargeError`, or the error of the sink. */
  append(data: Uint8Array, { offset, maxBytes }: { offset: number; maxBytes: number }): void {
    const { byteLength } = this.#prefixes
    if (offset !== byteLength) throw new OutOfOrderError({ offset, expected: byteLength })
    if (offset + data.length > maxBytes) throw new Segment.PayloadTooLargeError({ bytes: offset + data.length })
    this.#chunks.push(data)
    this.#prefixes.append(data)
    this.#sealed?.append(data)
    this.sink.write(data)
  }

  /**
   * Takes a part. In a paid stream, an earlier call of this method takes the header of the part's sealed form, and the call with the part
   * checks this header. Throws an error if the part or its sealed form is wrong. Also throws the error of the sink.
   */
  async addPart(part: Part.Part): Promise<void> {
    const { streamId, domain } = this.#offer
    if (this.#sealed && part.streamId === SealedSegment.streamIdOf(streamId)) {
      this.#sealedPart = part
      return
    }
    if (part.streamId !== streamId) throw new ForeignStreamError({ streamId: part.streamId })
    await Part.verify(part, domain)
    const last = this.#parts.at(-1)
    if (last) Part.assertConsistent(last, part)
    if (part.index !== this.#parts.length || part.startTimeMs !== this.#startTimeMs)
      throw new PartOutOfOrderError({ index: part.index, expected: this.#parts.length })
    await this.#assertHash(part.length, part.prefixHash)
    const sealed = await this.#sealPart(part, last?.length ?? 0)
    this.#parts.push(part)
    this.sink.part(part, this.payload.subarray(last?.length ?? 0, part.length), sealed)
  }

  /** Takes the header of the sealed segment, which `verify` checks later. Returns `false` for every other header. */
  takeSealed(segment: Segment.Segment): boolean {
    if (!this.#sealed || segment.streamId !== SealedSegment.streamIdOf(this.#offer.streamId)) return false
    this.#sealedSegment = segment
    return true
  }

  /** The sealed form of a part. `undefined`: the stream is free. Throws an error if the broadcaster has not signed this form. */
  async #sealPart(part: Part.Part, from: number): Promise<SealedPart | undefined> {
    if (!this.#sealed) return undefined
    const signed = this.#sealedPart
    const { signature, ...header } = signed ?? part
    const expected = SealedSegment.partOf(headerOf(part), await this.#sealed.hash(part.length))
    if (!signed || !isSame(header, expected)) throw new SealError({ sequenceNumber: this.sequenceNumber })
    await Part.verify(signed, this.#offer.domain)
    return { part: signed, bytes: await this.#sealed.bytes(from, part.length) }
  }

  /** The sealed form of the whole segment. `undefined`: the stream is free. Throws an error if the broadcaster has not signed this form. */
  async #sealWhole(segment: Segment.Segment): Promise<SealedWhole | undefined> {
    if (!this.#sealed) return undefined
    const signed = this.#sealedSegment
    const length = this.#prefixes.byteLength
    const { signature, ...header } = signed ?? segment
    const expected = SealedSegment.headerOf(segment, await this.#sealed.hash(length))
    if (!signed || !isSame(header, expected)) throw new SealError({ sequenceNumber: this.sequenceNumber })
    await Segment.verify(signed, this.#offer.domain)
    return { segment: signed, payload: await this.#sealed.bytes(0, length) }
  }

  /** Throws an error if the whole segment is wrong. In a paid stream, resolves to the sealed form of the segment. */
  async verify(segment: Segment.Segment): Promise<SealedWhole | undefined> {
    const { streamId, domain } = this.#offer
    if (segment.streamId !== streamId) throw new ForeignStreamError({ streamId: segment.streamId })
    await Segment.verify(segment, domain)
    for (const part of this.#parts) Part.assertWithin(part, segment)
    await this.#assertHash(this.#prefixes.byteLength, segment.dataHash)
    return this.#sealWhole(segment)
  }

  async #assertHash(length: number, expected: Hex): Promise<void> {
    const actual = await this.#prefixes.hash(length)
    const { sequenceNumber } = this
    if (actual !== expected) throw new Segment.WrongPayloadError({ sequenceNumber, expected, actual })
  }
}

const headerOf = ({ signature, ...header }: Part.Part): Part.Header => header

/** Whether two headers have the same fields. */
const isSame = (one: object, other: object): boolean =>
  Object.entries(other).every(([name, value]) => (one as Record<string, unknown>)[name] === value)

export class OutOfOrderError extends ProtocolError {
  override readonly name = 'Intake.OutOfOrderError'
  constructor({ offset, expected }: { offset: number; expected: number }) {
    super('Bytes of the segment are missing or repeated. The broadcaster must send this segment again.', {
      details: [`Offset: ${offset}`, `Expected: ${expected}`],
    })
  }
}

export class PartOutOfOrderError extends ProtocolError {
  override readonly name = 'Intake.PartOutOfOrderError'
  constructor({ index, expected }: { index: number; expected: number }) {
    super('The part is not the next part of the segment. The broadcaster must send this segment again.', {
      details: [`Part: ${index}`, `Expected: ${expected}`],
    })
  }
}

export class SealError extends ProtocolError {
  override readonly name = 'Intake.SealError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super(
      'The stream is paid, and the broadcaster has not signed the encrypted form of this segment. The broadcaster must stop, load its page again, and start a new stream.',
      { details: [`Sequence number: ${sequenceNumber}`] },
    )
  }
}

export class ForeignStreamError extends ProtocolError {
  override readonly name = 'Intake.ForeignStreamError'
  constructor({ streamId }: { streamId: Hex }) {
    super('The message names another stream. The broadcaster must load its page again.', {
      details: [`Stream: ${streamId}`],
    })
  }
}
