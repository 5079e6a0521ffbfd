import { Metainfo } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Hex, hexToBytes } from 'viem'
import type WebTorrent from 'webtorrent/dist/webtorrent.min.js'
import type { AddOptions, Torrent, Wire } from 'webtorrent/dist/webtorrent.min.js'
import { Holders } from './Holders'
import { MemoryStore } from './MemoryStore'
import { reconnect } from './reconnect'
import { holdStorage, isOnDisk } from './storage'
import { TorrentFile } from './TorrentFile'

const log = logOf('watch')

export type TorrentsOptions = {
  streamId: Hex
  trackers: readonly string[]
  iceServers: RTCIceServer[]
  /** The upload limit in bit/s. With 0, this viewer sends no bytes. */
  uploadBitrate: number
  /** Called with each infohash that another viewer names. The infohash can be wrong. */
  onNamed(infoHash: Hex): void
}

/** The largest number of viewers that get bytes from this viewer at the same time. */
const maxServed = 10

const reconnectEveryMs = 5_000

/**
 * WebTorrent decides every ten seconds to which viewers it sends bytes. Without this function, a new viewer would wait up to ten seconds
 * for its first picture.
 */
function serveSoon(torrent: Torrent, wire: Wire): void {
  wire.on('interested', () => {
    const served = torrent.wires.filter(({ amChoking }) => !amChoking).length
    if (wire.amChoking && served < maxServed) wire.unchoke()
  })
}

/**
 * The torrents of the recordings of one stream. The viewers that have a recording or look for a recording meet in one room at the trackers.
 * The infohash of this room follows from the StreamId. In this room, the viewers that share a recording tell the other viewers the infohash
 * of its torrent. This infohash names a second room, in which the viewers exchange the torrent and its bytes.
 */
export class Torrents {
  readonly #client: WebTorrent
  readonly #options: TorrentsOptions
  readonly #store: Pick<AddOptions, 'store'>
  readonly #holders: Holders
  readonly #reconnecting: ReturnType<typeof setInterval>

  private constructor(client: WebTorrent, options: TorrentsOptions, store: Pick<AddOptions, 'store'>) {
    this.#client = client
    this.#options = options
    this.#store = store
    // Each torrent reports its own errors, too.
    client.on('error', (error) => log.debug('WebTorrent reports an error', () => ({ error })))
    this.#holders = new Holders(options.onNamed)
    const room = this.#add(hexToBytes(Metainfo.roomOf(options.streamId)), {})
    room.on('error', (error) => log.debug('the room of the recording failed', () => ({ error })))
    room.on('wire', (wire) => this.#holders.add(wire))
    this.#reconnecting = setInterval(() => client.torrents.forEach(reconnect), reconnectEveryMs)
  }

  /** Loads WebTorrent, which is a large download. Rejects if WebTorrent cannot be loaded. */
  static async open(options: TorrentsOptions): Promise<Torrents> {
    const { default: WebTorrent } = await import('webtorrent/dist/webtorrent.min.js')
    const { iceServers, uploadBitrate } = options
    // The limit of WebTorrent is in bytes per second, and -1 means that there is no limit.
    const uploadLimit = uploadBitrate === Number.POSITIVE_INFINITY ? -1 : uploadBitrate / 8
    const tracker = { rtcConfig: { iceServers } }
    const store = (await isOnDisk()) ? {} : { store: MemoryStore }
    return new Torrents(new WebTorrent({ dht: false, lsd: false, tracker, uploadLimit }), options, store)
  }

  /** Opens the torrent that a relay has sent, with this relay as web seed. No byte of the file is fetched yet. */
  addInfo(info: Metainfo.Info, { infoHash, webSeed }: { infoHash: Hex; webSeed: string }): TorrentFile {
    return this.#open(Metainfo.torrentFile(info), { infoHash, options: { urlList: [webSeed] } })
  }

  /** Opens the torrent with this infohash. The info dictionary and the bytes of the file come from other viewers. */
  addInfoHash(infoHash: Hex): TorrentFile {
    return this.#open(hexToBytes(infoHash), { infoHash, options: {} })
  }

  /** From now on, tells this infohash to all viewers that look for a recording of the stream. */
  tell(infoHash: Hex): void {
    this.#holders.tell(infoHash)
  }

  close(): void {
    clearInterval(this.#reconnecting)
    this.#client.destroy()
  }

  #open(
    torrentId: Uint8Array,
    { infoHash, options }: { infoHash: Hex; options: Pick<AddOptions, 'urlList'> },
  ): TorrentFile {
    const release = holdStorage({ streamId: this.#options.streamId, infoHash })
    const torrent = this.#add(torrentId, options)
    torrent.on('close', () => {
      release().catch((error) => log.debug('a recording stays on the device until the next visit', () => ({ error })))
    })
    if (this.#options.uploadBitrate > 0) torrent.on('wire', (wire) => serveSoon(torrent, wire))
    return new TorrentFile(torrent)
  }

  #add(torrentId: Uint8Array, options: Pick<AddOptions, 'urlList'>): Torrent {
    const { trackers, uploadBitrate } = this.#options
    return this.#client.add(torrentId, {
      ...{ announce: trackers, deselect: true, uploads: uploadBitrate > 0 && maxServed },
      ...{ ...this.#store, ...options },
    })
  }
}
