import { Part, ProtocolError } from '@lp/contracts/protocol'
import { concatBytes } from 'viem'

/**
 * The published parts of a segment that is not complete yet. They are only in memory. So after a restart, either
 * the whole segment is published, or no byte of the segment is published.
 */
export class OpenSegment {
  readonly sequenceNumber: bigint
  readonly #parts: [Part.Part, ...Part.Part[]]
  #bytes: Uint8Array

  /** `bytes`: the bytes of the first part. */
  constructor(part: Part.Part, bytes: Uint8Array) {
    assertNext(part, { index: 0, missing: part.length - bytes.length })
    this.sequenceNumber = part.sequenceNumber
    this.#parts = [part]
    this.#bytes = bytes
  }

  /** In order; at least one. */
  get parts(): readonly [Part.Part, ...Part.Part[]] {
    return this.#parts
  }

  /** All bytes up to the end of the last part. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /**
   * `bytes`: the bytes after the previous part. The caller must have checked the signature and the hash. Throws
   * `Part.ContradictionError`, `NotNextError`.
   */
  add(part: Part.Part, bytes: Uint8Array): void {
    const last = this.#parts.at(-1) as Part.Part
    Part.assertConsistent(last, part)
    assertNext(part, { index: this.#parts.length, missing: part.length - this.#bytes.length - bytes.length })
    this.#parts.push(part)
    this.#bytes = concatBytes([this.#bytes, bytes])
  }
}

function assertNext(part: Part.Part, { index, missing }: { index: number; missing: number }) {
  if (part.index !== index || missing !== 0) throw new NotNextError({ part, index, missing })
}

export class NotNextError extends ProtocolError {
  override readonly name = 'OpenSegment.NotNextError'
  constructor({ part, index, missing }: { part: Part.Part; index: number; missing: number }) {
    super('The part does not follow the last part of the open segment.', {
      details: [`Part: ${part.index}`, `Expected: ${index}`, `Missing bytes: ${missing}`],
    })
  }
}
