import type { Part } from '@lp/contracts/protocol'
import type { SealedPart } from '../ingest/Worker'
import { logOf } from '../log'
import type { JobStreams } from './JobStreams'
import { type PartContent, RenditionParts } from './RenditionParts'
import type { RenditionSeals } from './RenditionSeals'

const log = logOf('transcoder')

type Streams = Pick<JobStreams, 'publishSourcePart' | 'publishRenditionPart' | 'withdrawParts'>

/**
 * Publishes the parts of one segment: the parts of the source when they are checked, and the parts of the renditions while ffmpeg writes
 * them. The parts are provisional, because the segment has no receipt yet. A fault of a part never stops the segment, which is also
 * published as a whole.
 */
export class SegmentParts {
  readonly #streams: Streams
  readonly #sequenceNumber: bigint
  readonly #seals: RenditionSeals | undefined
  readonly #renditions: RenditionParts[] = []
  #startTimeMs: bigint | undefined
  #isOver = false

  /** `seals`: set in a paid stream only. */
  constructor({
    streams,
    sequenceNumber,
    seals,
  }: { streams: Streams; sequenceNumber: bigint; seals?: RenditionSeals | undefined }) {
    this.#streams = streams
    this.#seals = seals
    this.#sequenceNumber = sequenceNumber
  }

  /** Call this method when a part of the source was checked. `bytes`: the bytes after the previous part. */
  source(part: Part.Part, bytes: Uint8Array, sealed: SealedPart | undefined): void {
    this.#startTimeMs ??= part.startTimeMs
    this.#seals?.source(part.prefixHash)
    this.#try(() => this.#streams.publishSourcePart(part, bytes, sealed))
  }

  /** Call this method when ffmpeg has written the next bytes of a rendition. */
  rendition(index: number, chunk: Uint8Array): void {
    const startTimeMs = this.#startTimeMs
    // Without a part of the source, the segment is published only as a whole.
    if (startTimeMs === undefined || this.#isOver) return
    const place = { sequenceNumber: this.#sequenceNumber, startTimeMs }
    const parts = this.#renditions[index] ?? new RenditionParts(place)
    this.#renditions[index] = parts
    const publish = (content: PartContent, bytes: Uint8Array) =>
      this.#isOver ? undefined : this.#streams.publishRenditionPart(index, content, { bytes, seals: this.#seals })
    this.#try(() => parts.write(chunk, publish))
  }

  /** The segment is complete: no further part is published. */
  finish(): void {
    this.#isOver = true
  }

  /** The segment is late, or will never be complete, so viewers must not wait for its next part. */
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
