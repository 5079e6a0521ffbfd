import { MpegTs, Part, Recipe, Segment, type StreamEnd, StreamId, type typedData } from '@lp/contracts/protocol'
import type { PrivateKeyAccount } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import type { Rendition, Source } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { PartContent } from './RenditionParts'
import type { SegmentMetrics } from './SegmentMetrics'

export type JobStreamsOptions = {
  drawn: DrawnJob
  renditionKey: PrivateKeyAccount
  domain: typedData.Domain
  catalogue: Catalogue
  payloads: PayloadStore
  metrics: SegmentMetrics
}

/** A segment that was transcoded, and the bytes of its renditions, the highest rendition first. */
export type Transcoded = { segment: Segment.Segment; outputs: readonly Recipe.Output[]; datas: readonly Uint8Array[] }

/** The streams of one job as viewers get them: the source and its renditions. */
export class JobStreams {
  readonly #options: JobStreamsOptions

  constructor(options: JobStreamsOptions) {
    this.#options = options
  }

  /** The newest published sequence number of the source; -1 before the first segment. */
  get lastSequence(): bigint {
    const { catalogue, drawn } = this.#options
    return catalogue.last(drawn.job.streamId) ?? -1n
  }

  /** Adds the streams to the catalogue under an Assignment. Does nothing when the catalogue already has them under this Assignment. */
  async open({ acceptance, assignment }: AcceptedAssignment): Promise<void> {
    const { catalogue, drawn } = this.#options
    const { streamId, jobId } = drawn.job
    const known = catalogue.record(streamId)
    if (known?.jobId === jobId && known.assignment.fromSequence === assignment.fromSequence) return
    await catalogue.recordAssignment({
      ...{ streamId, jobId, transcoder: assignment.transcoder, options: drawn.options, acceptance, assignment },
      ...{ source: known?.source, renditions: this.#renditions(known?.source) },
      ...{ state: 'live', end: undefined },
    })
  }

  /** Throws `Recipe.SourceError` when the segment breaks the limits of the job. */
  async publishSource(segment: Segment.Segment, payload: Uint8Array): Promise<void> {
    const { catalogue, payloads, drawn, metrics } = this.#options
    const probe = MpegTs.probe(payload)
    Recipe.checkSource({ probe, options: drawn.options, durationMs: segment.durationMs })
    await payloads.put(segment.dataHash, payload)
    const source = sourceOf(probe)
    if (JSON.stringify(source) !== JSON.stringify(catalogue.record(segment.streamId)?.source))
      await catalogue.update(segment.streamId, { source, renditions: this.#renditions(source) })
    // If the transcoding of this segment was interrupted, it is possible that the segment is already published.
    if (this.lastSequence < segment.sequenceNumber)
      await catalogue.publish(segment.streamId, { ...segment, byteLength: payload.length })
    metrics.segmentAccepted()
  }

  /** Publishes a part of the source. `bytes`: the bytes after the previous part. Throws the errors of `Catalogue.publishPart`. */
  publishSourcePart(part: Part.Part, bytes: Uint8Array): void {
    const { catalogue, drawn } = this.#options
    // A segment whose transcoding was interrupted may be published already.
    if (this.lastSequence < part.sequenceNumber) catalogue.publishPart(drawn.job.streamId, part, bytes)
  }

  /** Signs and publishes a part of a rendition. The log must already hold the part of the source from which this part was made. */
  async publishRenditionPart(index: number, content: PartContent, bytes: Uint8Array): Promise<void> {
    const { catalogue, drawn, renditionKey, domain } = this.#options
    const { streamId } = this.#renditions(undefined)[index] as Rendition
    const part = await Part.sign({ streamId, ...content }, renditionKey, domain)
    catalogue.publishPart(drawn.job.streamId, part, bytes)
  }

  /** Withdraws the parts of a segment that will not become complete, or not soon. */
  withdrawParts(sequenceNumber: bigint): void {
    const { catalogue, drawn } = this.#options
    const streams = [drawn.job.streamId, ...this.#renditions(undefined).map(({ streamId }) => streamId)]
    for (const streamId of streams) catalogue.abandon(streamId, sequenceNumber)
  }

  /** Stores the bytes of the renditions under the hashes in `outputs`. */
  async store({ outputs, datas }: Pick<Transcoded, 'outputs' | 'datas'>): Promise<void> {
    const { payloads } = this.#options
    await Promise.all(datas.map((data, index) => payloads.put((outputs[index] as Recipe.Output).dataHash, data)))
  }

  /** Signs and publishes the renditions' segments. The bytes of the renditions and the receipt must already be on disk. */
  async publishRenditions({ segment, outputs, datas }: Transcoded): Promise<void> {
    const { catalogue, renditionKey, domain, metrics } = this.#options
    const { sequenceNumber, startTimeMs, durationMs } = segment
    for (const [index, { streamId }] of this.#renditions(undefined).entries()) {
      const { dataHash } = outputs[index] as Recipe.Output
      const header = { streamId, sequenceNumber, startTimeMs, durationMs, dataHash }
      const { length: byteLength } = datas[index] as Uint8Array
      await catalogue.publish(segment.streamId, { ...(await Segment.sign(header, renditionKey, domain)), byteLength })
      metrics.renditionPublished()
    }
  }

  async end(end: StreamEnd.StreamEnd): Promise<void> {
    const { catalogue, drawn } = this.#options
    const { streamId } = drawn.job
    if (catalogue.record(streamId)) await catalogue.update(streamId, { end })
  }

  /** The highest rendition first. Before the first segment is probed, the size of the source is taken from the job's options. */
  #renditions(source: Source | undefined): Rendition[] {
    const { drawn, renditionKey } = this.#options
    const { job, options } = drawn
    const size = source?.hasVideo ? source : options
    return options.renditions.map(({ height, bitrate }, index) => ({
      streamId: StreamId.rendition({ ...job, index, renditionKey: renditionKey.address }),
      ...Recipe.renditionSize(height, size),
      bitrate,
    }))
  }
}

/** The properties of the source that a probe of one segment has found. */
const sourceOf = ({ video, audio }: MpegTs.Probe): Source => ({
  width: video?.width ?? 0,
  height: video?.height ?? 0,
  hasVideo: video !== undefined,
  hasAudio: audio !== undefined,
  codecs: [video?.codec, audio?.codec].filter(Boolean).join(','),
})
