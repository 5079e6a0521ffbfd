/// <reference path="./bittorrent-tracker.d.ts" />
import { EventEmitter } from 'node:events'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import Server from 'bittorrent-tracker/server'
import type { Hex } from 'viem'
import type { WebSocket } from 'ws'
import { logOf } from '../log'
import { TokenBucket } from '../mesh/TokenBucket'
import { type ClientMessage, maxTrackerMessageBytes, parseAnnounce } from '../mesh/trackerMessage'
import { AddressShares } from './AddressShares'
import { type ClientAddress, clientAddress } from './clientAddress'
import { attachSockets, refuse } from './upgrades'

export type TrackerOptions = {
  server: HttpServer
  /** Default `/announce`. */
  path?: string
  /** The announce interval that the tracker tells its clients. Our own clients ignore this interval. Default 10 s. */
  intervalMs?: number
  /** Whether this tracker serves the room with this infohash. Default: it serves every room. */
  filter?(infoHash: Hex): boolean
  /** Default: the address of the connection. */
  addressOf?: ClientAddress
  /** The largest number of connections. `AddressShares` divides them among the addresses. Default 8,192. */
  maxConnections?: number
}

export type Tracker = {
  stats(): { rooms: number; peers: number }
  /** Ends all connections to the tracker. The HTTP server stays open. */
  close(): void
}

const log = logOf('gateway')

/** The infohash of a room, and the id of a peer in this room. */
type Name = `${Hex} ${Hex}`

/** A client that has not answered a ping when the next ping is due counts as disconnected. Another client can then use its name. */
const pingIntervalMs = 10_000
const maxRoomsPerClient = 64

/**
 * A WebTorrent tracker on an HTTP server that also serves other requests. A *room* of the tracker is the set of peers that
 * announce the same infohash; it is not a folder.
 */
export function attachTracker({
  server,
  path = '/announce',
  intervalMs = 10_000,
  filter,
  addressOf = clientAddress([]),
  maxConnections = 8_192,
}: TrackerOptions): Tracker {
  // The library tells its clients one fifth of `interval`.
  const tracker = new Server({ http: false, udp: false, ws: false, stats: false, interval: intervalMs * 5 })
  // Any client can cause these events with a malformed message, so they are not faults of this relay.
  for (const event of ['warning', 'error'] as const)
    tracker.on(event, (error: Error) => log.debug('a tracker client is at fault', () => ({ message: error.message })))
  /**
   * For each name, the first client that announced it. While this client is connected, no other client can use the name, so that no client
   * receives offers for another client. A name contains the room, because a relay has one peer id but one connection for each room.
   */
  const holders = new Map<Name, Client>()

  const clients = new Set<Client>()
  const shares = new AddressShares(maxConnections)

  const admit = (webSocket: WebSocket, request: IncomingMessage) => {
    const client = new Client({ webSocket, request, holders, allows: (infoHash) => filter?.(infoHash) ?? true })
    clients.add(client)
    tracker.onWebSocketConnection(client)
    client.on('close', () => {
      clients.delete(client)
      // The library removes the client from its rooms some ticks of the event loop later.
      setImmediate(() => forgetEmptyRooms(client.rooms))
    })
  }
  const forgetEmptyRooms = (rooms: Iterable<Hex>) => {
    for (const infoHash of rooms) {
      const key = infoHash.slice(2)
      if (tracker.torrents[key]?.peers.length === 0) delete tracker.torrents[key]
    }
  }
  const pings = setInterval(() => {
    for (const client of clients) client.ping()
  }, pingIntervalMs).unref()

  const sockets = attachSockets(server, {
    maxPayload: maxTrackerMessageBytes * 4,
    take({ request, socket, path: asked }, accept) {
      if (asked !== path) return false
      const leave = shares.enter(addressOf(request))
      if (!leave) {
        refuse(socket, 503)
        return true
      }
      socket.once('close', leave)
      accept((webSocket) => admit(webSocket, request))
      return true
    },
  })
  return {
    stats: () => ({
      rooms: Object.keys(tracker.torrents).length,
      peers: Object.values(tracker.torrents).reduce((sum, { peers }) => sum + peers.length, 0),
    }),
    close() {
      clearInterval(pings)
      sockets.close()
      tracker.close()
    },
  }
}

/**
 * Connects the socket of one client to the library. The library receives only messages that `parseAnnounce` accepts, because a
 * malformed offer makes the library throw an error that no handler catches.
 */
class Client extends EventEmitter {
  /** The library reads the client's address from this request and then sets this field to null. */
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
    // Without this check, the library reports an error when it sends to a client that has left.
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
    if (!this.#allows(infoHash)) return 'This tracker does not serve this room.'
    if (!this.rooms.has(infoHash) && this.rooms.size >= maxRoomsPerClient) return 'Too many rooms on one connection.'
    const holder = this.#holders.get(nameOf(message)) ?? this
    if (holder !== this || (this.#peerId ?? peerId) !== peerId) return 'This peer id is taken.'
    return undefined
  }
}

const nameOf = ({ infoHash, peerId }: Pick<ClientMessage, 'infoHash' | 'peerId'>): Name => `${infoHash} ${peerId}`
