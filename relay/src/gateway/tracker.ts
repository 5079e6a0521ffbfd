/// <reference path="./bittorrent-tracker.d.ts" />
import { EventEmitter } from 'node:events'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import Server from 'bittorrent-tracker/server'
import type { Hex } from 'viem'
import { type WebSocket, WebSocketServer } from 'ws'
import { logOf } from '../log'
import { TokenBucket } from '../mesh/TokenBucket'
import { type ClientMessage, maxTrackerMessageBytes, parseAnnounce } from '../mesh/trackerMessage'

export type TrackerOptions = {
  server: HttpServer
  /** Default `/announce`. */
  path?: string
  /** How often clients that ask us shall announce; ours decide for themselves. Default 10 s. */
  intervalMs?: number
  /** Whether a room may meet here. Default: any. */
  filter?(infoHash: Hex): boolean
}

export type Tracker = {
  stats(): { rooms: number; peers: number }
  /** Ends all its connections and lets go of the HTTP server, which stays open. */
  close(): void
}

const log = logOf('gateway')

/** Of a peer in a room. */
type Name = `${Hex} ${Hex}`

/** A client that answers no ping for so long is gone, and its name free again. */
const pingIntervalMs = 10_000
const maxRoomsPerClient = 64

/** A WebTorrent tracker on an HTTP server that has other things to do as well. */
export function attachTracker({ server, path = '/announce', intervalMs = 10_000, filter }: TrackerOptions): Tracker {
  // The library tells its clients a fifth of its interval.
  const tracker = new Server({ http: false, udp: false, ws: false, stats: false, interval: intervalMs * 5 })
  // Any client can cause these with a malformed message, so they are not faults of this relay.
  for (const event of ['warning', 'error'] as const)
    tracker.on(event, (error: Error) => log.debug('a tracker client is at fault', () => ({ message: error.message })))
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxTrackerMessageBytes * 4,
  })
  /** Names and who announced them first: nobody takes another's calls. A relay has one name in all of its rooms. */
  const holders = new Map<Name, Client>()

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathname(request) === path)
      sockets.handleUpgrade(request, socket, head, (webSocket) => admit(webSocket, request))
    else if (server.listenerCount('upgrade') === 1) socket.destroy()
  }
  const admit = (webSocket: WebSocket, request: IncomingMessage) => {
    const client = new Client({ webSocket, request, holders, allows: (infoHash) => filter?.(infoHash) ?? true })
    tracker.onWebSocketConnection(client)
    // After the library's own work, which takes ticks.
    client.on('close', () => setImmediate(() => forgetEmptyRooms(client.rooms)))
  }
  const forgetEmptyRooms = (rooms: Iterable<Hex>) => {
    for (const infoHash of rooms) {
      const key = infoHash.slice(2)
      if (tracker.torrents[key]?.peers.length === 0) delete tracker.torrents[key]
    }
  }
  const pings = setInterval(() => {
    for (const client of new Set(holders.values())) client.ping()
  }, pingIntervalMs).unref()

  server.on('upgrade', upgrade)
  return {
    stats: () => ({
      rooms: Object.keys(tracker.torrents).length,
      peers: Object.values(tracker.torrents).reduce((sum, { peers }) => sum + peers.length, 0),
    }),
    close() {
      clearInterval(pings)
      server.off('upgrade', upgrade)
      for (const webSocket of sockets.clients) webSocket.terminate()
      sockets.close()
      tracker.close()
    },
  }
}

/**
 * One client, between its socket and the library: the library throws outside of any handler when offers are malformed, so
 * it sees only messages of the one form that we know.
 */
class Client extends EventEmitter {
  /** The library reads the address from it, and lets it go. */
  upgradeReq: IncomingMessage | null
  readonly rooms = new Set<Hex>()
  readonly #webSocket: WebSocket
  readonly #holders: Map<Name, Client>
  readonly #allows: (infoHash: Hex) => boolean
  readonly #messages = new TokenBucket({ perSecond: 20, burst: 100 })
  #peerId: Hex | undefined
  #alive = true

  constructor(options: {
    webSocket: WebSocket
    request: IncomingMessage
    holders: Map<Name, Client>
    allows(infoHash: Hex): boolean
  }) {
    super()
    const { webSocket } = options
    this.upgradeReq = options.request
    this.#webSocket = webSocket
    this.#holders = options.holders
    this.#allows = options.allows
    webSocket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : String(data)))
    webSocket.on('pong', () => {
      this.#alive = true
    })
    webSocket.on('error', (error) => {
      log.debug('a connection to the tracker failed', () => ({ message: error.message }))
      webSocket.terminate()
    })
    webSocket.on('close', () => {
      for (const infoHash of this.rooms) {
        const name = nameOf({ infoHash, peerId: this.#peerId as Hex })
        if (this.#holders.get(name) === this) this.#holders.delete(name)
      }
      this.emit('close')
    })
  }

  send(text: string, sent?: (error?: Error) => void) {
    // What is said to one who has left is no error of his, as the library would have it.
    if (this.#isOpen) this.#webSocket.send(text, sent)
  }

  ping() {
    if (!this.#alive) return this.#webSocket.terminate()
    this.#alive = false
    this.#webSocket.ping()
  }

  get #isOpen() {
    return this.#webSocket.readyState === this.#webSocket.OPEN
  }

  #receive(text: string | undefined) {
    if (!this.#isOpen) return
    const message = parseAnnounce(text)
    if (!message || !this.#messages.take(1)) return this.#webSocket.close(1008)
    const refusal = this.#refusal(message)
    if (refusal) return this.send(JSON.stringify({ 'failure reason': refusal }))
    this.#peerId = message.peerId
    this.#holders.set(nameOf(message), this)
    this.rooms.add(message.infoHash)
    this.emit('message', text)
  }

  #refusal(message: ClientMessage): string | undefined {
    const { peerId, infoHash } = message
    if (!this.#allows(infoHash)) return 'This room does not meet here.'
    if (!this.rooms.has(infoHash) && this.rooms.size >= maxRoomsPerClient) return 'Too many rooms on one connection.'
    const holder = this.#holders.get(nameOf(message)) ?? this
    if (holder !== this || (this.#peerId ?? peerId) !== peerId) return 'This peer id is taken.'
    return undefined
  }
}

const nameOf = ({ infoHash, peerId }: Pick<ClientMessage, 'infoHash' | 'peerId'>): Name => `${infoHash} ${peerId}`

const pathname = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0]
