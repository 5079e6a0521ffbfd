import { Part, Prefixes, ProtocolError, Segment, type StreamId, type typedData } from '@lp/contracts/protocol'
import { concatBytes, type Hex } from 'viem'
import type { Sink } from './Worker'

export type ArrivalOptions = {
  sequenceNumber: bigint
  startTimeMs: bigint
  sink: Sink
  offer: { streamId: StreamId.StreamId; domain: typedData.Domain }
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

  constructor({ sequenceNumber, startTimeMs, sink, offer }: ArrivalOptions) {
    this.sequenceNumber = sequenceNumber
    this.#startTimeMs = startTimeMs
    this.sink = sink
    this.#offer = offer
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
    this.sink.write(data)
  }

  /** Throws an error if the part is wrong. Also throws the error of the sink. */
  async addPart(part: Part.Part): Promise<void> {
    const { streamId, domain } = this.#offer
    if (part.streamId !== streamId) throw new ForeignStreamError({ streamId: part.streamId })
    await Part.verify(part, domain)
    const last = this.#parts.at(-1)
    if (last) Part.assertConsistent(last, part)
    if (part.index !== this.#parts.length || part.startTimeMs !== this.#startTimeMs)
      throw new PartOutOfOrderError({ index: part.index, expected: this.#parts.length })
    await this.#assertHash(part.length, part.prefixHash)
    this.#parts.push(part)
    this.sink.part(part, this.payload.subarray(last?.length ?? 0, part.length))
  }

  /** Throws an error if the whole segment is wrong. */
  async verify(segment: Segment.Segment): Promise<void> {
    const { streamId, domain } = this.#offer
    if (segment.streamId !== streamId) throw new ForeignStreamError({ streamId: segment.streamId })
    await Segment.verify(segment, domain)
    for (const part of this.#parts) Part.assertWithin(part, segment)
    await this.#assertHash(this.#prefixes.byteLength, segment.dataHash)
  }

  async #assertHash(length: number, expected: Hex): Promise<void> {
    const actual = await this.#prefixes.hash(length)
    const { sequenceNumber } = this
    if (actual !== expected) throw new Segment.WrongPayloadError({ sequenceNumber, expected, actual })
  }
}

export class OutOfOrderError extends ProtocolError {
  override readonly name = 'Intake.OutOfOrderError'
  constructor({ offset, expected }: { offset: number; expected: number }) {
    super('Bytes of the segment are missing or repeated.', {
      details: [`Offset: ${offset}`, `Expected: ${expected}`],
    })
  }
}

export class PartOutOfOrderError extends ProtocolError {
  override readonly name = 'Intake.PartOutOfOrderError'
  constructor({ index, expected }: { index: number; expected: number }) {
    super('The part does not follow the part before it.', { details: [`Part: ${index}`, `Expected: ${expected}`] })
  }
}

export class ForeignStreamError extends ProtocolError {
  override readonly name = 'Intake.ForeignStreamError'
  constructor({ streamId }: { streamId: Hex }) {
    super('The message names another stream.', { details: [`Stream: ${streamId}`] })
  }
}
