import { type Part, ProtocolError, StreamId } from '@lp/contracts/protocol'
import { Emitter, type Listenable } from '../mesh/Emitter'
import type { Publication } from '../records/Publication'
import type { StreamRecord } from '../records/StreamRecord'
import type { OpenSegment } from './OpenSegment'
import { readPublications } from './readPublications'
import type { Stream, StreamUpdate } from './Stream'
import { StreamIndex } from './StreamIndex'
import type { PartPlace } from './Track'

type Events = {
  part: [{ sourceStreamId: StreamId.StreamId; part: Part.Part }]
  /** Emitted when the publication is on disk. */
  published: [{ sourceStreamId: StreamId.StreamId; publication: Publication }]
  changed: [record: StreamRecord]
  ended: [record: StreamRecord]
}

export type CatalogueOptions = {
  directory: string
  /** A live stream becomes silent after this time without a source segment. Default: 30 s (decision 053). */
  silenceMs?: number
  /** Called when the log of a stream is damaged. The relay uses the stream without the damaged lines. */
  onFault(fault: Error): void
}

/**
 * The streams that this relay knows. The catalogue writes a publication, an Assignment or an update to disk before it emits the event.
 * Parts, and changes between `live` and `silent`, are only in memory.
 */
export class Catalogue implements Listenable<Events> {
  readonly #events = new Emitter<Events>()
  readonly #streams: StreamIndex

  private constructor({ silenceMs = 30_000, ...options }: CatalogueOptions) {
    this.#streams = new StreamIndex({ ...options, silenceMs, onLoaded: (stream) => this.#relayEvents(stream) })
  }

  /** Reads the streams that earlier runs wrote to `directory`. Throws `NewerVersionError`. */
  static async open(options: CatalogueOptions): Promise<Catalogue> {
    const catalogue = new Catalogue(options)
    await catalogue.#streams.open()
    return catalogue
  }

  readonly on: Emitter<Events>['on'] = (name, listener) => this.#events.on(name, listener)
  readonly next: Emitter<Events>['next'] = (name) => this.#events.next(name)

  /**
   * Records the first Assignment of a new stream, or the next Assignment of a known stream. The next Assignment comes after a
   * handover, or with the next job of the stream. Throws `Stream.EndedError`, `LineLog.WriteError`.
   */
  async recordAssignment(record: StreamRecord): Promise<void> {
    const stream = this.#streams.get(record.streamId) ?? (await this.#streams.load(StreamId.parse(record.streamId)))
    await stream.recordAssignment(record)
    this.#streams.index(stream)
  }

  /** Changes the record of the newest Assignment. Throws `UnknownStreamError`, `LineLog.WriteError`. */
  async update(streamId: StreamId.StreamId, update: StreamUpdate): Promise<void> {
    const stream = this.#known(streamId)
    await stream.update(update)
    this.#streams.index(stream)
  }

  /**
   * Publishes a segment of the source or of a rendition. The caller must have checked the segment and stored its payload.
   * Resolves when the publication is on disk and the event is emitted. Throws `UnknownStreamError`, `Stream.NotOfStreamError`,
   * `Stream.ReassignedError`, `Stream.EndedError`, `Sequence.RepeatedError`, `LineLog.WriteError`.
   */
  async publish(sourceStreamId: StreamId.StreamId, publication: Publication): Promise<void> {
    await this.#known(sourceStreamId).publish(publication)
  }

  /**
   * Publishes a part of the next segment of the source or of a rendition, in memory only. `bytes`: the bytes after the previous part. The
   * caller must have checked the signature and the hash. Throws `UnknownStreamError`, `Stream.NotOfStreamError`, `Stream.ReassignedError`,
   * `Stream.EndedError`, `Sequence.RepeatedError`, `Part.ContradictionError`, `OpenSegment.NotNextError`.
   */
  publishPart(sourceStreamId: StreamId.StreamId, part: Part.Part, bytes: Uint8Array): void {
    this.#known(sourceStreamId).publishPart(part, bytes)
  }

  /** Withdraws the parts of an open segment, because this segment will not become complete. */
  abandon(streamId: StreamId.StreamId, sequenceNumber: bigint): void {
    this.#streams.streamOf(streamId)?.track(streamId)?.abandon(sequenceNumber)
  }

  /** The open segment of a source or rendition. Parts of this segment are published, but not the whole segment. */
  openSegment(streamId: StreamId.StreamId): OpenSegment | undefined {
    return this.#streams.streamOf(streamId)?.track(streamId)?.open
  }

  record(sourceStreamId: StreamId.StreamId): StreamRecord | undefined {
    return this.#streams.get(sourceStreamId)?.record
  }

  records(): StreamRecord[] {
    return this.#streams.all().flatMap(({ record }) => record ?? [])
  }

  /** The StreamId of the source: for a source its own StreamId, for a rendition the StreamId of its source. */
  sourceOf(streamId: StreamId.StreamId): StreamId.StreamId | undefined {
    return this.#streams.sourceOf(streamId)
  }

  /** One record for each Assignment, oldest first. */
  history(sourceStreamId: StreamId.StreamId): readonly StreamRecord[] {
    return this.#streams.get(sourceStreamId)?.history ?? []
  }

  /** Sequence numbers of the segments that begin a new timeline (`Timeline`), ascending. */
  discontinuities(sourceStreamId: StreamId.StreamId): readonly bigint[] {
    return this.#streams.get(sourceStreamId)?.timeline.breaks ?? []
  }

  /** Duration of the longest segment of the stream so far; 0 before the first segment. */
  longestMs(sourceStreamId: StreamId.StreamId): number {
    return this.#streams.get(sourceStreamId)?.longestMs ?? 0
  }

  /** The newest sequence number of a source or rendition. */
  last(streamId: StreamId.StreamId): bigint | undefined {
    return this.#streams.streamOf(streamId)?.track(streamId)?.newest?.sequenceNumber
  }

  /** How many segments of a source or rendition were published since the start of the stream. */
  count(streamId: StreamId.StreamId): number {
    return this.#streams.streamOf(streamId)?.track(streamId)?.count ?? 0
  }

  /** The newest `limit` (at least 1) publications of a source or rendition, oldest first. */
  latest(streamId: StreamId.StreamId, limit: number): Publication[] {
    return this.#streams.streamOf(streamId)?.track(streamId)?.latest(limit) ?? []
  }

  /** At most `limit` publications of a source or rendition that are newer than `after` (-1n: all), oldest first. */
  segments(streamId: StreamId.StreamId, after: bigint, limit: number): Publication[] {
    return this.#streams.streamOf(streamId)?.track(streamId)?.newer(after, limit) ?? []
  }

  /**
   * All publications of a complete source, in order. Reads the log on disk if memory does not hold all of them. Undefined if a publication
   * is missing in the log.
   */
  async publications(sourceStreamId: StreamId.StreamId): Promise<readonly Publication[] | undefined> {
    const count = this.count(sourceStreamId)
    const held = this.segments(sourceStreamId, -1n, count)
    if (held.length === count) return held
    const read = await readPublications(this.#streams.logPathOf(sourceStreamId), sourceStreamId)
    return read.length === count ? read : undefined
  }

  /** The directory of a stream. It is deleted together with the stream. */
  directoryOf(sourceStreamId: StreamId.StreamId): string {
    return this.#streams.directoryOf(sourceStreamId)
  }

  /** Whether the stream has ended and no further segment of this source or rendition can come. */
  isComplete(streamId: StreamId.StreamId): boolean {
    return this.#streams.streamOf(streamId)?.isComplete(streamId) ?? false
  }

  /** The parts of a segment of a source or rendition, if the segment is open or is one of the newest complete segments; otherwise empty. */
  partsOf(streamId: StreamId.StreamId, sequenceNumber: bigint): readonly Part.Part[] {
    return this.#streams.streamOf(streamId)?.track(streamId)?.partsOf(sequenceNumber) ?? []
  }

  /** The parts of the open segment of a source or rendition that are newer than `known`. `known: 'none'`: all parts. */
  partsAfter(streamId: StreamId.StreamId, known: PartPlace | 'none'): readonly Part.Part[] {
    return this.#streams.streamOf(streamId)?.track(streamId)?.partsAfter(known) ?? []
  }

  /**
   * For a long poll. Resolves when a segment newer than `after` is published, the stream changes, `timeoutMs` has passed, or
   * `signal` aborts. With `part`, also resolves when a part newer than `part` is published. Resolves immediately when the stream is unknown
   * or complete.
   */
  async nextSegment(
    streamId: StreamId.StreamId,
    {
      after,
      part,
      timeoutMs,
      signal,
    }: {
      after: bigint
      part?: PartPlace | 'none' | undefined
      timeoutMs: number
      signal?: AbortSignal
    },
  ): Promise<void> {
    const track = this.#streams.streamOf(streamId)?.track(streamId)
    if (!track || this.isComplete(streamId) || track.newer(after, 1).length > 0) return
    if (part && track.partsAfter(part).length > 0) return
    await track.wait({ timeoutMs, signal, forParts: part !== undefined })
  }

  /**
   * Waits for segment `sequenceNumber` or, if `index` is given, for the part `index` of this segment. Resolves when the segment or the part
   * is published, when neither can come any more, when `timeoutMs` has passed, or when `signal` aborts.
   */
  async waitFor(
    streamId: StreamId.StreamId,
    {
      timeoutMs,
      signal,
      ...place
    }: { sequenceNumber: bigint; index: number | undefined; timeoutMs: number; signal: AbortSignal },
  ): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs
    for (;;) {
      const track = this.#streams.streamOf(streamId)?.track(streamId)
      const leftMs = deadlineMs - performance.now()
      if (!track || this.isComplete(streamId) || track.reaches(place) || leftMs <= 0 || signal.aborted) return
      await track.wait({ timeoutMs: leftMs, signal, forParts: true })
    }
  }

  /** Deletes from memory and disk the streams that have not changed for `olderThanMs`. Never deletes a live stream. */
  async sweep(olderThanMs: number): Promise<void> {
    const deadlineMs = Date.now() - olderThanMs
    for (const stream of this.#streams.all())
      if (stream.activeMs <= deadlineMs && stream.record?.state !== 'live') await this.#streams.forget(stream)
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.all()) await stream.close()
  }

  #relayEvents({ streamId: sourceStreamId, events }: Stream): void {
    events.on('published', (publication) => this.#events.emit('published', { sourceStreamId, publication }))
    events.on('part', (part) => this.#events.emit('part', { sourceStreamId, part }))
    events.on('changed', (record) => this.#events.emit('changed', record))
    events.on('ended', (record) => this.#events.emit('ended', record))
  }

  #known(sourceStreamId: StreamId.StreamId): Stream {
    const stream = this.#streams.get(sourceStreamId)
    if (!stream?.record) throw new UnknownStreamError({ streamId: sourceStreamId })
    return stream
  }
}

export class UnknownStreamError extends ProtocolError {
  override readonly name = 'Catalogue.UnknownStreamError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('This relay does not know the stream.', { details: [`Stream: ${streamId}`] })
  }
}
