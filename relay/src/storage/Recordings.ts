import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ProtocolError, StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { logOf } from '../log'
import { Layout, Metainfo, type Recording } from '../recording'
import type { Catalogue } from './Catalogue'
import type { PayloadStore } from './PayloadStore'

const log = logOf('storage')

/** The torrent of an ended stream, and the payloads that form its file. */
export type Recorded = {
  info: Metainfo.Info
  infoHash: Hex
  layout: Layout.Layout
  /** The hashes of the payloads, in the order of the file. */
  dataHashes: readonly Hex[]
  /** Whether the stream key has signed the end of the stream. */
  isEnded: boolean
}

/** The largest number of recordings in memory. A recording of one hour needs about half a megabyte. */
const maxHeld = 8

/**
 * The recordings of the streams that have ended. The relay builds a torrent when a client first requests it, because most torrents are
 * never requested. The relay keeps the torrent on disk. Otherwise strangers could make the relay read all bytes of a stream again and
 * again.
 */
export class Recordings {
  readonly #catalogue: Catalogue
  readonly #payloads: PayloadStore
  readonly #held = new Map<StreamId.StreamId, Recorded>()
  readonly #opening = new Map<StreamId.StreamId, Promise<Recorded | undefined>>()
  /** The newest build. One recording is built at a time, because live streams need the disk, too. */
  #building: Promise<unknown> = Promise.resolve()

  constructor({ catalogue, payloads }: { catalogue: Catalogue; payloads: PayloadStore }) {
    this.#catalogue = catalogue
    this.#payloads = payloads
  }

  /**
   * The recording of a source stream. `undefined` if the stream is not a source, has not ended, has no segments, or has too many segments.
   * Also `undefined` if the broadcaster does not allow recordings, or if the relay lacks payloads of the stream.
   */
  async find(streamId: StreamId.StreamId): Promise<Recorded | undefined> {
    const isSource = this.#catalogue.sourceOf(streamId) === streamId
    if (!isSource || !StreamId.mayRecord(streamId) || !this.#catalogue.isComplete(streamId)) return undefined
    const held = this.#held.get(streamId)
    const isCurrent = held && this.#isCurrent(streamId, { count: held.dataHashes.length, isEnded: held.isEnded })
    const recorded = isCurrent ? held : await this.#openOnce(streamId)
    return recorded?.dataHashes.every((dataHash) => this.#payloads.has(dataHash)) ? recorded : undefined
  }

  /** The bytes of a range of the file, `end` not included. The stream fails with `GoneError` if a payload is deleted during the read. */
  read({ layout, dataHashes }: Recorded, range: { start: number; end: number }): Readable {
    const payloads = this.#payloads
    async function* chunks() {
      for (const { segment, start, end } of Layout.slices(layout, range)) {
        const dataHash = dataHashes[segment] as Hex
        const stream = await payloads.createReadStream(dataHash, { start, end: end - 1 })
        if (!stream) throw new GoneError({ dataHash })
        yield* stream
      }
    }
    return Readable.from(chunks(), { objectMode: false })
  }

  /** Opens a recording. If it is being opened already, waits for the same result. */
  #openOnce(streamId: StreamId.StreamId): Promise<Recorded | undefined> {
    const opening = this.#opening.get(streamId) ?? this.#open(streamId).finally(() => this.#opening.delete(streamId))
    this.#opening.set(streamId, opening)
    return opening
  }

  async #open(streamId: StreamId.StreamId): Promise<Recorded | undefined> {
    const path = join(this.#catalogue.directoryOf(streamId), 'recording.info')
    const stored = await readStored(path, streamId)
    const isCurrent = stored && this.#isCurrent(streamId, summaryOf(stored.recording))
    const found = isCurrent ? stored : await this.#buildNext(streamId, path)
    if (!found) return undefined
    const { info, recording } = found
    const recorded: Recorded = {
      ...{ info, infoHash: await Metainfo.infoHash(info), layout: Layout.create(recording) },
      dataHashes: recording.segments.map(({ dataHash }) => dataHash),
      isEnded: recording.end !== undefined,
    }
    this.#held.delete(streamId)
    this.#held.set(streamId, recorded)
    const [oldest] = this.#held.keys()
    if (oldest && this.#held.size > maxHeld) this.#held.delete(oldest)
    return recorded
  }

  /**
   * Whether a recording still has all segments of the stream, and the stream's signed end if there is one. A stream without a signed end
   * can continue with a further job, or can get a signed end.
   */
  #isCurrent(streamId: StreamId.StreamId, { count, isEnded }: Summary): boolean {
    const hasEnd = this.#catalogue.record(streamId)?.end !== undefined
    return count === this.#catalogue.count(streamId) && isEnded === hasEnd
  }

  #buildNext(streamId: StreamId.StreamId, path: string): Promise<Stored | undefined> {
    const next = this.#building.then(() => this.#build(streamId, path))
    this.#building = next.catch(() => undefined)
    return next
  }

  async #build(streamId: StreamId.StreamId, path: string): Promise<Stored | undefined> {
    const segments = await this.#catalogue.publications(streamId)
    const record = this.#catalogue.record(streamId)
    if (!record || !segments?.every(({ dataHash }) => this.#payloads.has(dataHash))) return undefined
    const recording = { streamId, segments, end: record.end }
    const startMs = performance.now()
    try {
      const info = await Metainfo.build(recording, async ({ dataHash }) => {
        const payload = await this.#payloads.read(dataHash)
        if (!payload) throw new GoneError({ dataHash })
        return payload
      })
      await store(path, info)
      log.debug('recording built', () => ({ streamId, segments: segments.length, ms: performance.now() - startMs }))
      return { info, recording }
    } catch (error) {
      // The stream has no segments or too many segments, or the relay has just deleted a payload.
      if (!(error instanceof ProtocolError)) throw error
      log.debug('no recording', () => ({ streamId, error }))
      return undefined
    }
  }
}

type Summary = { count: number; isEnded: boolean }

const summaryOf = ({ segments, end }: Recording.Recording): Summary => ({
  count: segments.length,
  isEnded: end !== undefined,
})

type Stored = { info: Metainfo.Info; recording: Recording.Recording }

/** The stored torrent; `undefined` when there is none, or when the file is damaged. */
async function readStored(path: string, streamId: StreamId.StreamId): Promise<Stored | undefined> {
  try {
    const info = Uint8Array.from(await readFile(path))
    return { info, recording: Metainfo.decode(info, streamId) }
  } catch (error) {
    if (error instanceof ProtocolError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the whole file or nothing. */
async function store(path: string, info: Metainfo.Info): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`
  try {
    await writeFile(unfinished, info)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

export class GoneError extends ProtocolError {
  override readonly name = 'Recordings.GoneError'
  constructor({ dataHash }: { dataHash: Hex }) {
    super('A payload of the recording was deleted.', { details: [`Payload: ${dataHash}`] })
  }
}
