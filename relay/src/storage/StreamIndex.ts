import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StreamId } from '@lp/contracts/protocol'
import { logPathOf, Stream } from './Stream'

type Options = {
  directory: string
  silenceMs: number
  onFault(fault: Error): void
  /** Called when a stream was read from disk or is new, before anything is published in it. */
  onLoaded(stream: Stream): void
}

/** The streams in a directory, found by the StreamId of their source or of one of their renditions. */
export class StreamIndex {
  readonly #options: Options
  /** The keys are the StreamIds of the sources. */
  readonly #streams = new Map<StreamId.StreamId, Stream>()
  /** The keys are the StreamIds of sources and renditions. Each value is the StreamId of the source. */
  readonly #sources = new Map<StreamId.StreamId, StreamId.StreamId>()
  /** Streams whose log is being opened. */
  readonly #opening = new Map<StreamId.StreamId, Promise<Stream>>()

  constructor(options: Options) {
    this.#options = options
  }

  /** Reads all streams in the directory. Throws `NewerVersionError`. */
  async open(): Promise<void> {
    const { directory } = this.#options
    await mkdir(directory, { recursive: true })
    for (const name of await readdir(directory)) {
      if (!/^0x[0-9a-f]{64}$/.test(name)) continue
      const stream = await this.load(name as StreamId.StreamId)
      // The log has no usable line, for example because the relay was killed before it had written the first line.
      if (stream.trackIds().length === 0) await this.forget(stream)
    }
  }

  all(): Stream[] {
    return [...this.#streams.values()]
  }

  get(sourceStreamId: StreamId.StreamId): Stream | undefined {
    return this.#streams.get(sourceStreamId)
  }

  /** The StreamId of the source: for a source its own StreamId, for a rendition the StreamId of its source. */
  sourceOf(streamId: StreamId.StreamId): StreamId.StreamId | undefined {
    return this.#sources.get(streamId)
  }

  /** The stream of a source or rendition. */
  streamOf(streamId: StreamId.StreamId): Stream | undefined {
    const source = this.#sources.get(streamId)
    return source && this.#streams.get(source)
  }

  /** Opens the log of the stream. Throws `NewerVersionError`. */
  load(streamId: StreamId.StreamId): Promise<Stream> {
    const opening = this.#opening.get(streamId)
    if (opening) return opening
    const loading = this.#create(streamId).finally(() => this.#opening.delete(streamId))
    this.#opening.set(streamId, loading)
    return loading
  }

  /** Notes the source and the renditions of the stream. Call this when the stream may have new renditions. */
  index(stream: Stream): void {
    for (const streamId of stream.trackIds()) this.#sources.set(streamId, stream.streamId)
  }

  /** Deletes the stream in memory and on disk. */
  async forget(stream: Stream): Promise<void> {
    this.#streams.delete(stream.streamId)
    for (const streamId of stream.trackIds()) this.#sources.delete(streamId)
    await stream.close()
    await rm(this.directoryOf(stream.streamId), { recursive: true, force: true })
  }

  logPathOf(sourceStreamId: StreamId.StreamId): string {
    return logPathOf(this.#options.directory, sourceStreamId)
  }

  directoryOf(sourceStreamId: StreamId.StreamId): string {
    return join(this.#options.directory, sourceStreamId)
  }

  async #create(streamId: StreamId.StreamId): Promise<Stream> {
    const stream = await Stream.open({ ...this.#options, streamId })
    this.#streams.set(streamId, stream)
    this.index(stream)
    this.#options.onLoaded(stream)
    return stream
  }
}
