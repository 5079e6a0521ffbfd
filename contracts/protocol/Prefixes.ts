import type { Hex } from 'viem'
import { ProtocolError } from './errors'
import * as PieceTree from './PieceTree'

/** The payload of a segment that arrives in chunks, and the hashes of the payload's prefixes. Hashes each byte once. */
export class Prefixes {
  /** The chunks, or the parts of chunks, that are not hashed yet. */
  readonly #waiting: Uint8Array[] = []
  #byteLength = 0
  #growing: Promise<PieceTree.Growing> | undefined

  /** The length of all chunks. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** Does not copy the chunk, so the chunk must not change. */
  append(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#byteLength += chunk.length
  }

  /** `PayloadTree.hash` of the first `length` bytes. The length must not be smaller than in an earlier call. Throws `NotAscendingError`. */
  async hash(length: number): Promise<Hex> {
    this.#growing ??= PieceTree.grow()
    const growing = await this.#growing
    if (!Number.isInteger(length) || length < growing.length || length > this.#byteLength)
      throw new NotAscendingError({ length, hashed: growing.length, arrived: this.#byteLength })
    while (growing.length < length) {
      const chunk = this.#waiting.shift() as Uint8Array
      const wanted = length - growing.length
      growing.append(chunk.subarray(0, wanted))
      if (chunk.length > wanted) this.#waiting.unshift(chunk.subarray(wanted))
    }
    return growing.prefixHash()
  }
}

export class NotAscendingError extends ProtocolError {
  override readonly name = 'Prefixes.NotAscendingError'
  constructor({ length, hashed, arrived }: { length: number; hashed: number; arrived: number }) {
    super('The prefix is shorter than an earlier prefix, or longer than the bytes that have arrived.', {
      details: [`Length: ${length} bytes`, `Earlier prefix: ${hashed} bytes`, `Arrived: ${arrived} bytes`],
    })
  }
}
