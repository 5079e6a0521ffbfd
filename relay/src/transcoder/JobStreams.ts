import {
  type EpochKey,
  MpegTs,
  Part,
  ProtocolError,
  Recipe,
  SealedSegment,
  Segment,
  StreamCover,
  type StreamEnd,
  StreamId,
  StreamListing,
  type typedData,
} from '@lp/contracts/protocol'
import type { Hex, PrivateKeyAccount } from 'viem'
import type { OfferedSale, SealedPart, SealedWhole } from '../ingest/Worker'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import * as Sale from '../records/Sale'
import type { Rendition, Source } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { LiveListings } from '../storage/LiveListings'
import type { PayloadStore } from '../storage/PayloadStore'
import type { PartContent } from './RenditionParts'
import { RenditionSeals } from './RenditionSeals'
import type { SegmentMetrics } from './SegmentMetrics'

export type JobStreamsOptions = {
  drawn: DrawnJob
  renditionKey: PrivateKeyAccount
  domain: typedData.Domain
  catalogue: Catalogue
  payloads: PayloadStore
  listings?: Pick<LiveListings, 'add'> | undefined
  metrics: SegmentMetrics
}

/** A segment that was transcoded, and the bytes of its renditions, the highest rendition first. */
export type Transcoded = {
  segment: Segment.Segment
  outputs: readonly Recipe.Output[]
  datas: readonly Uint8Array[]
  /** Set in a paid stream only. */
  seals?: RenditionSeals | undefined
}

/** The streams of one job as viewers get them: the source and its renditions. */
export class JobStreams {
  readonly #options: JobStreamsOptions
  /** `undefined`: the stream is free. */
  #sale: Sale.Sale | undefined

  constructor(options: JobStreamsOptions) {
    this.#options = options
    this.#sale = options.catalogue.record(options.drawn.job.streamId)?.sale
  }

  /** The StreamId under which the source is published. */
  get #sourceId(): StreamId.StreamId {
    return Sale.sourceIdOf({ streamId: this.#options.drawn.job.streamId, sale: this.#sale })
  }

  /**
   * Call this method with the terms of the broadcaster. `undefined`: the stream is free. Resolves to the checked sale. Rejects with the
   * errors of `Sale.verify`, and with `SaleChangedError` if the stream is already published and its price or beneficiary would change.
   */
  async offer(offered: OfferedSale | undefined): Promise<Sale.Sale | undefined> {
    const { drawn, domain, catalogue } = this.#options
    const { streamId } = drawn.job
    const sale = offered && (await Sale.verify(offered, { streamId, domain }))
    if (catalogue.record(streamId) && !Sale.hasSamePrice(this.#sale, sale)) throw new SaleChangedError({ streamId })
    this.#sale = sale
    return sale
  }

  /** Publishes the title and the poster. Rejects with the errors of `StreamCover.verify`. */
  async show(cover: StreamCover.StreamCover): Promise<void> {
    const { catalogue, domain, drawn } = this.#options
    const { streamId } = drawn.job
    await StreamCover.verify(cover, { streamId, domain })
    if (catalogue.record(streamId)?.cover?.signature !== cover.signature) await catalogue.update(streamId, { cover })
  }

  /** Rejects with the errors of `StreamListing.verify`, and with `ForeignListingError`. */
  async list(listing: StreamListing.StreamListing): Promise<void> {
    const { listings, domain, drawn } = this.#options
    const { streamId, jobId } = drawn.job
    if (listing.streamId !== streamId || listing.jobId !== jobId) throw new ForeignListingError({ streamId, jobId })
    await StreamListing.verify(listing, { domain, nowMs: Date.now() })
    listings?.add(listing)
  }

  /** Encrypts the renditions of one segment. `key`: the key of the segment's epoch. */
  seals(sequenceNumber: bigint, key: EpochKey.EpochKey): RenditionSeals {
    return new RenditionSeals({ key, sequenceNumber, streamIds: this.#renditionIds })
  }

  /** The newest published sequence number of the source; -1 before the first segment. */
  get lastSequence(): bigint {
    const { catalogue } = this.#options
    return catalogue.last(this.#sourceId) ?? -1n
  }

  /**
   * Adds the streams to the catalogue under an Assignment. If the catalogue already has them under this Assignment, only the sale can
   * change.
   */
  async open({ acceptance, assignment }: AcceptedAssignment): Promise<void> {
    const { catalogue, drawn } = this.#options
    const { streamId, jobId } = drawn.job
    const known = catalogue.record(streamId)
    if (known?.jobId === jobId && known.assignment.fromSequence === assignment.fromSequence) {
      // A broadcaster that reconnects can name other key servers, for example if the earlier appointments have expired.
      if (this.#sale) await catalogue.update(streamId, { sale: this.#sale })
      return
    }
    await catalogue.recordAssignment({
      ...{ streamId, jobId, transcoder: assignment.transcoder, options: drawn.options, acceptance, assignment },
      ...{ source: known?.source, renditions: this.#renditions(known?.source) },
      ...{ state: 'live', end: undefined, ...(this.#sale && { sale: this.#sale }) },
      ...(known?.cover && { cover: known.cover }),
    })
  }

  /**
   * `sealed`: the encrypted segment. In a paid stream, only the encrypted segment is published. Throws `Recipe.SourceError` when the
   * segment breaks the limits of the job, and `UnsealedError` if a paid stream comes without `sealed`.
   */
  async publishSource(segment: Segment.Segment, payload: Uint8Array, sealed?: SealedWhole): Promise<void> {
    this.#assertSealed(sealed)
    const { catalogue, payloads, drawn, metrics } = this.#options
    const probe = MpegTs.probe(payload)
    Recipe.checkSource({ probe, options: drawn.options, durationMs: segment.durationMs })
    await payloads.put(segment.dataHash, payload, { isSecret: sealed !== undefined })
    if (sealed) await payloads.put(sealed.segment.dataHash, sealed.payload)
    const source = sourceOf(probe)
    if (JSON.stringify(source) !== JSON.stringify(catalogue.record(segment.streamId)?.source))
      await catalogue.update(segment.streamId, { source, renditions: this.#renditions(source) })
    // If the transcoding of this segment was interrupted, it is possible that the segment is already published.
    if (this.lastSequence < segment.sequenceNumber)
      await catalogue.publish(segment.streamId, {
        ...(sealed?.segment ?? segment),
        byteLength: (sealed?.payload ?? payload).length,
      })
    metrics.segmentAccepted()
  }

  /**
   * Publishes a part of the source. `bytes`: the bytes after the previous part. Throws `UnsealedError`, and the errors of
   * `Catalogue.publishPart`.
   */
  publishSourcePart(part: Part.Part, bytes: Uint8Array, sealed?: SealedPart): void {
    this.#assertSealed(sealed)
    const { catalogue, drawn } = this.#options
    const published = sealed ?? { part, bytes }
    // As in `publishSource`, the segment can be published already.
    if (this.lastSequence < part.sequenceNumber)
      catalogue.publishPart(drawn.job.streamId, published.part, published.bytes)
  }

  /** Signs and publishes a part of a rendition. The log must already hold the part of the source from which this part was made. */
  async publishRenditionPart(
    index: number,
    content: PartContent,
    { bytes, seals }: { bytes: Uint8Array; seals: RenditionSeals | undefined },
  ): Promise<void> {
    this.#assertSealed(seals)
    const { catalogue, drawn, renditionKey, domain } = this.#options
    const plain = { streamId: this.#renditionIds[index] as StreamId.StreamId, ...content }
    const sealed = await seals?.part(index, bytes)
    const header = sealed ? SealedSegment.partOf(plain, sealed.hash) : plain
    const part = await Part.sign(header, renditionKey, domain)
    catalogue.publishPart(drawn.job.streamId, part, sealed?.bytes ?? bytes)
  }

  /** Withdraws the published parts of a segment that is late, or that will never be complete. */
  withdrawParts(sequenceNumber: bigint): void {
    const { catalogue } = this.#options
    const streams = [this.#sourceId, ...this.#renditions(undefined).map(({ streamId }) => streamId)]
    for (const streamId of streams) catalogue.abandon(streamId, sequenceNumber)
  }

  /**
   * Stores the bytes of the renditions under the hashes in `outputs`. In a paid stream, the bytes are secret until the lottery draws the
   * segment.
   */
  async store({ outputs, datas }: Pick<Transcoded, 'outputs' | 'datas'>): Promise<void> {
    const { payloads } = this.#options
    const isSecret = this.#sale !== undefined
    await Promise.all(
      datas.map((data, index) => payloads.put((outputs[index] as Recipe.Output).dataHash, data, { isSecret })),
    )
  }

  /** Signs and publishes the renditions' segments. The bytes of the renditions and the receipt must already be on disk. */
  async publishRenditions({ segment, outputs, datas, seals }: Transcoded): Promise<void> {
    this.#assertSealed(seals)
    const { catalogue, payloads, renditionKey, domain, metrics } = this.#options
    const { sequenceNumber, startTimeMs, durationMs } = segment
    for (const [index, streamId] of this.#renditionIds.entries()) {
      const { dataHash } = outputs[index] as Recipe.Output
      const data = datas[index] as Uint8Array
      const sealed = await seals?.whole(index, data)
      if (sealed) await payloads.put(sealed.hash, sealed.payload)
      const plain = { streamId, sequenceNumber, startTimeMs, durationMs, dataHash }
      const header = sealed ? SealedSegment.headerOf(plain, sealed.hash) : plain
      const byteLength = (sealed?.payload ?? data).length
      await catalogue.publish(segment.streamId, { ...(await Segment.sign(header, renditionKey, domain)), byteLength })
      metrics.renditionPublished()
    }
  }

  async end(end: StreamEnd.StreamEnd): Promise<void> {
    const { catalogue, drawn } = this.#options
    const { streamId } = drawn.job
    if (catalogue.record(streamId)) await catalogue.update(streamId, { end })
  }

  /** A paid stream must never be published as plaintext. */
  #assertSealed(sealed: object | undefined): void {
    if (this.#sale && !sealed) throw new UnsealedError({ streamId: this.#options.drawn.job.streamId })
  }

  /**
   * The StreamIds of the plain renditions, the highest rendition first. Viewers of a paid stream get the sealed StreamIds: see
   * `#renditions`.
   */
  get #renditionIds(): StreamId.StreamId[] {
    const { drawn, renditionKey } = this.#options
    return drawn.options.renditions.map((_, index) =>
      StreamId.rendition({ ...drawn.job, index, renditionKey: renditionKey.address }),
    )
  }

  /**
   * The renditions as viewers get them, the highest first. If the source has no picture, or is not known yet, the size of the picture comes
   * from the options of the job.
   */
  #renditions(source: Source | undefined): Rendition[] {
    const { options } = this.#options.drawn
    const size = source?.hasVideo ? source : options
    const ids = this.#renditionIds.map((id) => (this.#sale ? SealedSegment.streamIdOf(id) : id))
    return options.renditions.map(({ height, bitrate }, index) => ({
      streamId: ids[index] as StreamId.StreamId,
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

export class UnsealedError extends ProtocolError {
  override readonly name = 'JobStreams.UnsealedError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super(
      'The stream is paid, and this segment is not encrypted. This relay does not publish it. The broadcaster must load its page again, and start a new stream.',
      { details: [`Stream: ${streamId}`] },
    )
  }
}

export class ForeignListingError extends ProtocolError {
  override readonly name = 'JobStreams.ForeignListingError'
  constructor({ streamId, jobId }: { streamId: StreamId.StreamId; jobId: Hex }) {
    super('The listing belongs to another stream or another job.', {
      details: [`Stream: ${streamId}`, `Job: ${jobId}`],
    })
  }
}

export class SaleChangedError extends ProtocolError {
  override readonly name = 'JobStreams.SaleChangedError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('The price of a stream and the address that gets the payments cannot change. Start a new stream.', {
      details: [`Stream: ${streamId}`],
    })
  }
}
