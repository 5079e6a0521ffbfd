import { Acceptance, Assignment, MpegTs, Part, Prefixes, Recipe, Segment } from '@lp/contracts/protocol'
import type { Metrics } from '../../../relay/src/gateway/metrics'
import type { Catalogue } from '../../../relay/src/storage/Catalogue'
import type { PayloadStore } from '../../../relay/src/storage/PayloadStore'
import { JobStreams } from '../../../relay/src/transcoder/JobStreams'
import { renditionKeyOf } from '../../../relay/src/transcoder/renditionKey'
import type { Posted } from './chain'
import { type Media, segmentMs } from './media'

type Place = { sequenceNumber: bigint; startTimeMs: bigint }
/** The fields of a part that do not depend on its stream. */
type PartContent = Omit<Part.Header, 'streamId'>

/**
 * Publishes recorded segments as a transcoder publishes a live stream: the headers and the parts are signed when they are published. The
 * rendition is recorded too, so no ffmpeg runs.
 */
export class SignedStream {
  readonly #posted: Posted
  readonly #media: Media
  readonly #streams: JobStreams

  private constructor({ posted, media, streams }: { posted: Posted; media: Media; streams: JobStreams }) {
    this.#posted = posted
    this.#media = media
    this.#streams = streams
  }

  static async open({
    posted,
    media,
    ...storage
  }: {
    posted: Posted
    media: Media
    catalogue: Catalogue
    payloads: PayloadStore
    metrics: Metrics['count']
  }): Promise<SignedStream> {
    const { drawn, domain, transcoder, streamKey } = posted
    const { jobId, streamId } = drawn.job
    const renditionKey = await renditionKeyOf(transcoder, jobId, domain)
    const streams = new JobStreams({ ...storage, drawn, renditionKey, domain })
    const terms = { jobId, streamId, renditionKey: renditionKey.address, fromSequence: 0n }
    await streams.open({
      acceptance: await Acceptance.sign(terms, transcoder, domain),
      assignment: await Assignment.sign({ ...terms, transcoder: transcoder.address }, streamKey, domain),
    })
    return new SignedStream({ posted, media, streams })
  }

  /** Publishes one segment. `until` resolves when a camera would have recorded `elapsedMs` of this segment. */
  async publish(number: number, startMs: number, until: (elapsedMs: number) => Promise<void>): Promise<void> {
    const { domain, streamKey, drawn } = this.#posted
    const { streamId } = drawn.job
    const place = { sequenceNumber: BigInt(number), startTimeMs: BigInt(startMs) }
    const [source, rendition] = await Promise.all([
      this.#media.read('source', number),
      this.#media.read('rendition', number),
    ])
    const sourceParts = new RecordedParts(source, place)
    const renditionParts = new RecordedParts(rendition, place)
    for (const { durationMs } of sourceParts.ends) {
      await until(durationMs)
      await sourceParts.next(async (content, bytes) =>
        this.#streams.publishSourcePart(await Part.sign({ streamId, ...content }, streamKey, domain), bytes),
      )
      await renditionParts.next((content, bytes) =>
        this.#streams.publishRenditionPart(0, content, { bytes, seals: undefined }),
      )
    }
    await until(segmentMs)
    const header = { streamId, ...place, durationMs: segmentMs, dataHash: await sourceParts.dataHash() }
    const segment = await Segment.sign(header, streamKey, domain)
    await this.#streams.publishSource(segment, source)
    const outputs = [await Recipe.measure({ data: rendition, qp: 30 })]
    await this.#streams.store({ outputs, datas: [rendition] })
    await this.#streams.publishRenditions({ segment, outputs, datas: [rendition] })
  }
}

/** The parts of a recorded segment. The bytes after the last part are published with the complete segment. */
class RecordedParts {
  readonly ends: readonly MpegTs.PartEnd[]
  readonly #payload: Uint8Array
  readonly #place: Place
  readonly #prefixes = new Prefixes()
  #index = 0
  #length = 0

  constructor(payload: Uint8Array, place: Place) {
    this.ends = MpegTs.createPartReader(Part.targetDurationMs).push(payload)
    this.#payload = payload
    this.#place = place
    this.#prefixes.append(payload)
  }

  /** Publishes the next part. Does nothing if the segment has no further part. */
  async next(publish: (content: PartContent, bytes: Uint8Array) => Promise<void>): Promise<void> {
    const end = this.ends[this.#index]
    if (!end) return
    const { byteLength: length, durationMs } = end
    const prefixHash = await this.#prefixes.hash(length)
    const bytes = this.#payload.subarray(this.#length, length)
    this.#length = length
    await publish({ ...this.#place, index: this.#index++, length, durationMs, prefixHash }, bytes)
  }

  dataHash() {
    return this.#prefixes.hash(this.#payload.length)
  }
}
