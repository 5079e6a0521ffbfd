import type { StreamId } from '@lp/contracts/protocol'
import type { Mesh } from '../mesh/Mesh'
import { maxRecordBytes } from '../mesh/pieceMessages'
import type { Sharing } from '../mesh/pieces/Sharing'
import * as json from '../records/json'
import { sourceIdOf } from '../records/Sale'
import { isSameAssignment, type StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import { LevelSeed } from './LevelSeed'

export type SeedMetrics = {
  /** The relay sent bytes of pieces to viewers over WebRTC. */
  meshBytesServed(bytes: number): void
  /** The number of viewers that are connected to the relay over WebRTC has changed by `change`. */
  meshMembersChanged(change: number): void
}

export type StreamSeedOptions = {
  mesh: Mesh
  record: StreamRecord
  catalogue: Catalogue
  payloads: PayloadStore
  metrics: SeedMetrics
  onFault(error: Error): void
}

/**
 * Viewers disconnect a neighbour that sends the record of the stream too often. The record changes whenever the broadcaster changes the
 * size of the picture, so the relay sends such changes at most once in this time.
 */
const tellEveryMs = 6_000

/** Gives one stream to the viewers' mesh: the source, all renditions, the record and the signed end. */
export class StreamSeed {
  readonly #options: StreamSeedOptions
  readonly #pieces: Sharing
  readonly #levels = new Map<StreamId.StreamId, LevelSeed>()
  readonly #stops: readonly (() => void)[]
  #record: StreamRecord
  #toldAtMs = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #members = 0
  #sentBytes = 0

  constructor(options: StreamSeedOptions) {
    const { mesh, record, catalogue } = options
    this.#options = options
    this.#pieces = mesh.pieces as Sharing
    this.#record = record
    this.#stops = [
      catalogue.on('part', ({ sourceStreamId, part }) => this.#news(sourceStreamId, part)),
      catalogue.on('published', ({ sourceStreamId, publication }) => this.#news(sourceStreamId, publication)),
      mesh.on('change', () => this.#look()),
    ]
    this.tell(record)
    this.#look()
  }

  /**
   * Gives the newest record to all viewers: immediately after a new Assignment and at the end of the stream, otherwise within
   * `tellEveryMs`.
   */
  tell(record: StreamRecord): void {
    const isUrgent = !isSameAssignment(record, this.#record) || (record.end && !this.#record.end)
    this.#record = record
    const waitMs = isUrgent ? 0 : this.#toldAtMs + tellEveryMs - performance.now()
    if (waitMs <= 0) this.#tell()
    else this.#timer ??= setTimeout(() => this.#tell(), waitMs)
  }

  /** Leaves the mesh. */
  close(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
    const { mesh, metrics } = this.#options
    mesh.leave()
    if (this.#members > 0) metrics.meshMembersChanged(-this.#members)
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#toldAtMs = performance.now()
    const bytes = new TextEncoder().encode(json.encode(this.#record))
    if (bytes.length <= maxRecordBytes) this.#pieces.tellRecord(bytes)
  }

  /** Counts bytes and viewers. When the first viewer connects, gives all levels to the mesh. Before this, the relay reads no payloads. */
  #look(): void {
    const { mesh, metrics } = this.#options
    const { peers, bytesToPeers } = mesh.stats
    if (bytesToPeers > this.#sentBytes) metrics.meshBytesServed(bytesToPeers - this.#sentBytes)
    if (peers !== this.#members) metrics.meshMembersChanged(peers - this.#members)
    const isFirst = this.#members === 0 && peers > 0
    this.#sentBytes = bytesToPeers
    this.#members = peers
    if (!isFirst) return
    const { renditions } = this.#record
    for (const level of [sourceIdOf(this.#record), ...renditions.map(({ streamId }) => streamId)])
      void this.#level(level).give()
  }

  #news(sourceStreamId: StreamId.StreamId, { streamId }: { streamId: StreamId.StreamId }): void {
    if (sourceStreamId === this.#record.streamId && this.#members > 0) void this.#level(streamId).give()
  }

  #level(streamId: StreamId.StreamId): LevelSeed {
    const level = this.#levels.get(streamId) ?? new LevelSeed({ ...this.#options, streamId, pieces: this.#pieces })
    this.#levels.set(streamId, level)
    return level
  }
}
