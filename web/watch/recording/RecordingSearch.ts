import type { StreamId, typedData } from '@lp/contracts/protocol'
import { Metainfo, type OfferedRecording, Recording } from 'lp-relay'
import type { Hex } from 'viem'
import type { TorrentFile } from './TorrentFile'
import type { Torrents } from './Torrents'

/**
 * A recording whose headers have the right form, and whose first header, last header and signed end (if there is one) have the right
 * signatures.
 */
export type Found = { infoHash: Hex; recording: Recording.Recording; file: TorrentFile }

type Options = {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  torrents: Pick<Torrents, 'addInfo' | 'addInfoHash'>
  onFound(found: Found): void
  /** Called with the error of each torrent that is wrong, or whose metadata do not arrive in time. */
  refuse(error: unknown): void
}

/**
 * If the first recording that is found does not have the end of the stream (`Recording.hasEnd`), a better recording has this time to
 * appear, in milliseconds.
 */
const betterMs = 3_000
const metadataMs = 15_000
/** Strangers name the infohashes. These limits bound the memory that strangers can use. */
const maxOpen = 3
const maxInfoHashes = 32

/** Finds the best recording of a stream among the recordings that relays offer and viewers name. */
export class RecordingSearch {
  readonly #options: Options
  /** Infohashes that viewers have named, and whose torrents are not open yet. */
  readonly #infoHashes: Hex[] = []
  readonly #refused = new Set<Hex>()
  readonly #opened = new Map<Hex, TorrentFile>()
  readonly #closing = new AbortController()
  #best: Found | undefined
  #chosen: Found | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#closing.abort()
  }

  /** Considers a recording of a relay. `fetchRecordings` has checked it. */
  async offer({ info, webSeed, recording }: OfferedRecording): Promise<void> {
    const infoHash = await Metainfo.infoHash(info)
    if (this.#isDone || this.#opened.has(infoHash) || this.#refused.has(infoHash)) return
    const file = this.#options.torrents.addInfo(info, { infoHash, webSeed })
    this.#opened.set(infoHash, file)
    await this.#accept({ infoHash, file, read: () => recording })
  }

  /** Considers the torrent with this infohash, which a viewer has named. */
  propose(infoHash: Hex): void {
    if (this.#refused.has(infoHash) || this.#opened.has(infoHash) || this.#infoHashes.includes(infoHash)) return
    if (this.#infoHashes.length < maxInfoHashes) this.#infoHashes.push(infoHash)
    this.#openNext()
  }

  /** Call this when the found recording has a wrong segment. Closes this recording, and searches for another recording. */
  refuse({ infoHash, file }: Found): void {
    this.#refused.add(infoHash)
    this.#forget(infoHash, file)
    this.#chosen = undefined
    this.#best = undefined
    this.#openNext()
  }

  get #isDone(): boolean {
    return this.#chosen !== undefined || this.#closing.signal.aborted
  }

  #openNext(): void {
    while (!this.#isDone && this.#opened.size < maxOpen) {
      const infoHash = this.#infoHashes.shift()
      if (!infoHash) return
      const file = this.#options.torrents.addInfoHash(infoHash)
      this.#opened.set(infoHash, file)
      const { streamId } = this.#options
      this.#accept({ infoHash, file, read: (info) => Metainfo.decode(info, streamId) })
    }
  }

  async #accept({
    infoHash,
    file,
    read,
  }: {
    infoHash: Hex
    file: TorrentFile
    read(info: Metainfo.Info): Recording.Recording
  }): Promise<void> {
    const { domain, refuse } = this.#options
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(metadataMs)])
      const recording = await file.info(read, signal)
      await Recording.verifyEnds(recording, domain)
      if (this.#isDone) return file.close()
      this.#consider({ infoHash, recording, file })
    } catch (error) {
      this.#forget(infoHash, file)
      const isAborted = error instanceof DOMException
      // After a timeout, the infohash is not refused: the viewers that have the torrent can be faster later.
      if (!isAborted) this.#refused.add(infoHash)
      if (!this.#closing.signal.aborted) refuse(error)
      this.#openNext()
    }
  }

  #consider(found: Found): void {
    const best = this.#best
    if (best && !Recording.isBetter(found.recording, best.recording)) return
    this.#best = found
    if (Recording.hasEnd(found.recording)) this.#choose()
    else if (!best) this.#timer = setTimeout(() => this.#choose(), betterMs)
  }

  #choose(): void {
    const found = this.#best
    if (!found || this.#isDone) return
    this.#chosen = found
    for (const [infoHash, file] of this.#opened)
      if (infoHash !== found.infoHash) {
        this.#opened.delete(infoHash)
        file.close()
      }
    this.#options.onFound(found)
  }

  #forget(infoHash: Hex, file: TorrentFile): void {
    this.#opened.delete(infoHash)
    file.close()
  }
}
