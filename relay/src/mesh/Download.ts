import { ProtocolError, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** The answer to one request. Each message is checked when it arrives: first the requested header, then the bytes in order. */
export class Download {
  readonly requestId: number
  readonly segment: Segment.Header
  readonly askedMs: number
  /** When the first message of the answer arrived. */
  answeredMs: number | undefined
  #length: number | undefined
  #pieces: Uint8Array[] = []
  #received = 0
  #isDropped = false

  constructor({ requestId, segment, askedMs }: { requestId: number; segment: Segment.Header; askedMs: number }) {
    this.requestId = requestId
    this.segment = segment
    this.askedMs = askedMs
  }

  get receivedBytes(): number {
    return this.#received
  }

  /** Whether we have cancelled the request. Messages of the answer that still arrive are checked and then dropped. */
  get isDropped(): boolean {
    return this.#isDropped
  }

  get isComplete(): boolean {
    return this.#received === this.#length
  }

  drop(): void {
    this.#isDropped = true
    this.#pieces = []
  }

  /** Throws `WrongHeaderError`, `Segment.PayloadTooLargeError`, `OutOfOrderError`. */
  header(segment: Segment.Header, length: number): void {
    if (this.#length !== undefined) throw new OutOfOrderError({ received: 'a second header', expected: 'data' })
    // The signed fields must equal the requested fields. The signature can differ: a key can sign the same fields twice.
    const isSame =
      segment.streamId === this.segment.streamId &&
      segment.sequenceNumber === this.segment.sequenceNumber &&
      segment.startTimeMs === this.segment.startTimeMs &&
      segment.durationMs === this.segment.durationMs &&
      segment.dataHash === this.segment.dataHash
    if (!isSame) throw new WrongHeaderError({ expected: this.segment, received: segment })
    if (length > Segment.maxPayloadBytes) throw new Segment.PayloadTooLargeError({ bytes: length })
    this.#length = length
  }

  /** Throws `OutOfOrderError`. */
  data(offset: number, data: Uint8Array): void {
    if (this.#length === undefined) throw new OutOfOrderError({ received: 'data', expected: 'the header' })
    const isNext = offset === this.#received && data.length > 0 && offset + data.length <= this.#length
    if (!isNext)
      throw new OutOfOrderError({
        received: `${data.length} bytes at offset ${offset}`,
        expected: `data at offset ${this.#received} of a payload of ${this.#length} bytes`,
      })
    this.#received += data.length
    if (!this.#isDropped) this.#pieces.push(data)
  }

  /** The whole payload. Its hash is not checked yet. Call this method only once, because it drops the bytes. */
  concatenate(): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(this.#received)
    let offset = 0
    for (const piece of this.#pieces) {
      data.set(piece, offset)
      offset += piece.length
    }
    this.#pieces = []
    return data
  }
}

export class WrongHeaderError extends ProtocolError {
  override readonly name = 'Download.WrongHeaderError'
  constructor({ expected, received }: { expected: Segment.Header; received: Segment.Header }) {
    const named = ({ streamId, sequenceNumber, dataHash }: Segment.Header): Hex | string =>
      `${sequenceNumber} of ${streamId}, ${dataHash}`
    super('The peer answered with a segment that we did not request.', {
      details: [`Requested: ${named(expected)}`, `Received: ${named(received)}`],
    })
  }
}

export class OutOfOrderError extends ProtocolError {
  override readonly name = 'Download.OutOfOrderError'
  constructor({ received, expected }: { received: string; expected: string }) {
    super('The peer sent the messages of a segment in the wrong order.', {
      details: [`Received: ${received}`, `Expected: ${expected}`],
    })
  }
}
