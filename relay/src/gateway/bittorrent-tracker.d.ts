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
      /** Milliseconds. Clients are told one fifth of it. */
      interval: number
      filter?: (infoHash: string, parameters: unknown, done: (refused: Error | null) => void) => void
    })
    /** Rooms by infohash, hexadecimal. */
    readonly torrents: Record<string, { readonly peers: { readonly length: number } }>
    /** Serves one client: an emitter of `message`, `error` and `close` that has `send` and the request that opened it. */
    onWebSocketConnection(socket: EventEmitter & { upgradeReq: IncomingMessage | null }): void
    on(event: 'warning' | 'error', listener: (error: Error) => void): this
    close(done?: () => void): void
  }
}
