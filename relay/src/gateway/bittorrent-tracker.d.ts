/** The part of bittorrent-tracker 11.2.3 that we use. The package publishes no types. */
declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'

  export default class Server extends EventEmitter {
    constructor(options: {
      http: false
      udp: false
      ws: false
      stats: false
      /** In milliseconds. The announce interval that the tracker tells its clients is one fifth of this value. */
      interval: number
      filter?: (infoHash: string, parameters: unknown, done: (refused: Error | null) => void) => void
    })
    /** The peers of each torrent. The keys are infohashes in hexadecimal. */
    readonly torrents: Record<string, { readonly peers: { readonly length: number } }>
    /**
     * Serves one client. `socket` emits `message`, `error` and `close`, and has `send`. `upgradeReq`: the HTTP request of the
     * client.
     */
    onWebSocketConnection(socket: EventEmitter & { upgradeReq: IncomingMessage | null }): void
    on(event: 'warning' | 'error', listener: (error: Error) => void): this
    close(done?: () => void): void
  }
}
