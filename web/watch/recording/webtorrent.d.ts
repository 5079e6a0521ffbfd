// WebTorrent has no types. These are the parts of its bundle for browsers that we use.
declare module 'webtorrent/dist/webtorrent.min.js' {
  /** A connection to a viewer or to a web seed. */
  export type Wire = {
    type: 'webrtc' | 'webSeed'
    /** Bytes of pieces. */
    downloaded: number
    uploaded: number
    destroyed: boolean
    /** Whether we refuse to send bytes to the other side now. */
    amChoking: boolean
    on(event: 'close' | 'interested', listener: () => void): void
    unchoke(): void
    /** The field `name` of the prototype of `Extension` is the name of the extension. */
    use(Extension: new (wire: Wire) => object): void
    /** Throws if the other side does not know the extension. */
    extended(name: string, message: Uint8Array): void
    destroy(): void
  }

  export type TorrentFile = {
    /** `end` is included. The iterator ends early if the torrent is destroyed. */
    [Symbol.asyncIterator](range: { start: number; end: number }): AsyncIterator<Uint8Array>
  }

  /**
   * The connection to a tracker. The documentation of WebTorrent does not describe it, so package.json names one exact version of
   * WebTorrent.
   */
  type SocketTracker = {
    /** The connection is lost. */
    reconnecting: boolean
    reconnectTimer: ReturnType<typeof setTimeout> | null
    socket: { once(event: 'connect', listener: () => void): void } | null
    _openSocket(): void
    _onSocketConnect(): void
  }

  export type Torrent = {
    discovery?: { tracker?: { _trackers: readonly SocketTracker[] } | null } | null
    infoHash: string
    /** The info dictionary. Undefined before the torrent has its metadata. */
    infoBuffer?: Uint8Array
    files: readonly TorrentFile[]
    pieces: readonly unknown[]
    wires: readonly Wire[]
    /** From 0 to 1. */
    progress: number
    length: number
    destroyed: boolean
    on(event: 'wire', listener: (wire: Wire) => void): void
    on(event: 'metadata' | 'ready' | 'download' | 'upload' | 'done' | 'close', listener: () => void): void
    on(event: 'error' | 'warning', listener: (error: Error) => void): void
    /** Fetches these pieces when no piece is urgent. */
    select(first: number, last: number, priority: number): void
    /** Keeps the stored pieces. */
    destroy(): void
  }

  export type AddOptions = {
    announce: readonly string[]
    urlList?: readonly string[]
    /** Fetches a piece only after it was selected or read. */
    deselect?: boolean
    /** The largest number of viewers to which we send pieces at the same time. `false`: we send no pieces. */
    uploads?: number | false
    /** Keeps the pieces. Default: the file system of the browser, or memory if the browser has no file system. */
    store?: new (
      chunkLength: number,
    ) => object
  }

  export default class WebTorrent {
    constructor(options: { dht: false; lsd: false; tracker: { rtcConfig: RTCConfiguration }; uploadLimit: number })
    torrents: readonly Torrent[]
    /** `torrentId`: a torrent file, or an infohash of 20 bytes. */
    add(torrentId: Uint8Array, options: AddOptions): Torrent
    on(event: 'error', listener: (error: Error) => void): void
    destroy(): void
  }
}
