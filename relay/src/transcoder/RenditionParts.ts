import { MpegTs, Part, Prefixes } from '@lp/contracts/protocol'
import { concatBytes } from 'viem'

/** The fields of a part that do not depend on the stream. `JobStreams` adds the StreamId and the signature. */
export type PartContent = Omit<Part.Header, 'streamId'>

/** Cuts one rendition of one segment into parts. */
export class RenditionParts {
  readonly #place: Pick<PartContent, 'sequenceNumber' | 'startTimeMs'>
  readonly #reader = MpegTs.createPartReader(Part.targetDurationMs)
  readonly #prefixes = new Prefixes()
  readonly #chunks: Uint8Array[] = []
  #parts = 0
  #publishedLength = 0
  /** Parts are hashed and published one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(place: Pick<PartContent, 'sequenceNumber' | 'startTimeMs'>) {
    this.#place = place
  }

  /** Resolves when the parts that end in this chunk are published. Rejects with the error of `publish`. */
  write(chunk: Uint8Array, publish: (content: PartContent, bytes: Uint8Array) => unknown): Promise<unknown> {
    this.#chunks.push(chunk)
    this.#prefixes.append(chunk)
    for (const end of this.#reader.push(chunk)) this.#turn = this.#turn.then(() => this.#publish(end, publish))
    return this.#turn
  }

  async #publish(
    { byteLength: length, durationMs }: MpegTs.PartEnd,
    publish: (content: PartContent, bytes: Uint8Array) => unknown,
  ): Promise<void> {
    if (this.#parts >= Part.maxPerSegment) return
    const prefixHash = await this.#prefixes.hash(length)
    const bytes = concatBytes(this.#chunks).subarray(this.#publishedLength, length)
    this.#publishedLength = length
    await publish({ ...this.#place, index: this.#parts++, length, durationMs, prefixHash }, bytes)
  }
}
