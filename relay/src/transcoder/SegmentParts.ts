import { MpegTs, Part, Prefixes } from '@lp/contracts/protocol'
import { concatBytes } from 'viem'
import { logOf } from '../log'
import type { JobStreams } from './JobStreams'

const log = logOf('transcoder')

/** What a part says about its bytes. `JobStreams` adds the stream and the signature. */
export type PartContent = Omit<Part.Header, 'streamId'>

type Streams = Pick<JobStreams, 'publishSourcePart' | 'publishRenditionPart' | 'withdrawParts'>

/**
 * The parts of one segment: of the source when they are checked, and of the renditions while ffmpeg writes them. They are provisional: the
 * segment has no receipt yet. A fault of a part never stops the segment, which is published as a whole, too.
 */
export class SegmentParts {
  readonly #streams: Streams
  readonly #sequenceNumber: bigint
  readonly #renditions: RenditionParts[] = []
  #startTimeMs: bigint | undefined
  #isOver = false

  constructor({ streams, sequenceNumber }: { streams: Streams; sequenceNumber: bigint }) {
    this.#streams = streams
    this.#sequenceNumber = sequenceNumber
  }

  /** A part of the source was checked. `bytes`: the bytes after the part before. */
  source(part: Part.Part, bytes: Uint8Array): void {
    this.#startTimeMs ??= part.startTimeMs
    this.#try(() => this.#streams.publishSourcePart(part, bytes))
  }

  /** ffmpeg has written the next bytes of a rendition. */
  rendition(index: number, chunk: Uint8Array): void {
    const startTimeMs = this.#startTimeMs
    // Without a part of the source, the segment is published only as a whole.
    if (startTimeMs === undefined || this.#isOver) return
    const place = { sequenceNumber: this.#sequenceNumber, startTimeMs }
    const parts = this.#renditions[index] ?? new RenditionParts(place)
    this.#renditions[index] = parts
    const publish = (content: PartContent, bytes: Uint8Array) =>
      this.#isOver ? undefined : this.#streams.publishRenditionPart(index, content, bytes)
    this.#try(() => parts.write(chunk, publish))
  }

  /** The segment is complete: no further part is published. */
  finish(): void {
    this.#isOver = true
  }

  /** The segment does not become complete, or not soon: viewers must not wait for its next part. */
  withdraw(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#streams.withdrawParts(this.#sequenceNumber)
  }

  #try(act: () => unknown): void {
    if (this.#isOver) return
    Promise.resolve()
      .then(act)
      .catch((error: Error) => {
        log.debug('part not published', () => ({ sequenceNumber: this.#sequenceNumber, error: error.message }))
        this.withdraw()
      })
  }
}

/** Cuts one rendition of one segment into parts. */
class RenditionParts {
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
