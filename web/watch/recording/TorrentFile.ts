import type { Metainfo } from 'lp-relay'
import type { Torrent, Wire } from 'webtorrent/dist/webtorrent.min.js'
import { NoRoomError } from './storage'

export type Traffic = { bytesFromPeers: number; bytesFromRelays: number; bytesToPeers: number; peers: number }

/** The torrent of a recording has exactly one file. This class reads this file. */
export class TorrentFile {
  readonly #torrent: Torrent
  readonly #wires = new Set<Wire>()
  /** The traffic of connections that are closed. */
  #before = { fromPeers: 0, fromRelays: 0, toPeers: 0 }

  constructor(torrent: Torrent) {
    this.#torrent = torrent
    torrent.on('wire', (wire) => {
      this.#wires.add(wire)
      wire.on('close', () => {
        this.#before = add(this.#before, wire)
        this.#wires.delete(wire)
      })
    })
  }

  /** The part of the file that this device has, from 0 to 1. */
  get progress(): number {
    return this.#torrent.destroyed ? 0 : this.#torrent.progress
  }

  get traffic(): Traffic {
    const { fromPeers, fromRelays, toPeers } = [...this.#wires].reduce(add, this.#before)
    const peers = [...this.#wires].filter(({ type }) => type !== 'webSeed').length
    return { bytesFromPeers: fromPeers, bytesFromRelays: fromRelays, bytesToPeers: toPeers, peers }
  }

  /**
   * Waits for the info dictionary, and resolves to the result of `read`. If `read` throws, closes the torrent before WebTorrent needs
   * memory for it, and rejects with the same error. Rejects when `signal` aborts.
   */
  info<Read>(read: (info: Metainfo.Info) => Read, signal: AbortSignal): Promise<Read> {
    const torrent = this.#torrent
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.close()
        reject(error)
      }
      // WebTorrent has checked that the infohash is the hash of these bytes.
      const take = () => {
        try {
          resolve(read(Uint8Array.from(torrent.infoBuffer ?? [])))
        } catch (error) {
          fail(error)
        }
      }
      const stop = () => fail(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      torrent.on('error', fail)
      torrent.on('metadata', () => {
        signal.removeEventListener('abort', stop)
        take()
      })
    })
  }

  /** Fetches the whole file, also the bytes that the player does not read. */
  fetchAll(): void {
    const { pieces } = this.#torrent
    if (pieces.length > 0) this.#torrent.select(0, pieces.length - 1, 0)
  }

  /**
   * The bytes of a range, `end` not included. Waits until a viewer or a relay that has these bytes is connected. Rejects with `NoRoomError`
   * if the device cannot store the bytes, and with the reason of `signal` when `signal` aborts.
   */
  async read({ start, end }: { start: number; end: number }, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted()
    const [file] = this.#torrent.files
    const iterator = file?.[Symbol.asyncIterator]({ start, end: end - 1 })
    const stop = () => void iterator?.return?.()
    signal.addEventListener('abort', stop, { once: true })
    const bytes = new Uint8Array(end - start)
    let length = 0
    try {
      for (
        let next = await iterator?.next();
        next && !next.done && length < bytes.length;
        next = await iterator?.next()
      ) {
        bytes.set(next.value, length)
        length += next.value.length
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
    signal.throwIfAborted()
    // WebTorrent closes a torrent whose bytes it cannot store.
    if (length < bytes.length) throw new NoRoomError()
    return bytes
  }

  on(event: 'download' | 'upload' | 'done', listener: () => void): void {
    this.#torrent.on(event, listener)
  }

  close(): void {
    if (!this.#torrent.destroyed) this.#torrent.destroy()
  }
}

const add = (sum: { fromPeers: number; fromRelays: number; toPeers: number }, wire: Wire) => {
  const isRelay = wire.type === 'webSeed'
  return {
    fromPeers: sum.fromPeers + (isRelay ? 0 : wire.downloaded),
    fromRelays: sum.fromRelays + (isRelay ? wire.downloaded : 0),
    toPeers: sum.toPeers + (isRelay ? 0 : wire.uploaded),
  }
}
