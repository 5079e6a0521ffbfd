import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { TokenBucket } from '../mesh/TokenBucket'

/** A request to change from HTTP to WebSocket. */
export type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer; path: string }

/** Answers the request and returns `true`, or leaves the request to other functions and returns `false`. */
type Take = (upgrade: Upgrade) => boolean

const takers = new WeakMap<Server, Set<Take>>()

/**
 * Offers the upgrade requests of the server to `take`. A request that no function takes is refused. After a call of the returned
 * function, `take` gets no more requests.
 */
function onUpgrade(server: Server, take: Take): () => void {
  const all = takers.get(server) ?? listen(server)
  all.add(take)
  return () => void all.delete(take)
}

function listen(server: Server): Set<Take> {
  const all = new Set<Take>()
  takers.set(server, all)
  server.on('upgrade', (request, socket, head) => {
    const upgrade = { request, socket, head, path: request.url?.split('?', 1)[0] ?? '' }
    if (![...all].some((take) => take(upgrade))) refuse(socket, 404)
  })
  return all
}

/** Refuses an upgrade request with a status of HTTP. */
export function refuse(socket: Duplex, status: number): void {
  // The client may have left. Then the socket emits an error, which would end the process if it had no listener.
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export type SocketsOptions = {
  /** The largest size of a message, in bytes. */
  maxPayload: number
  /** The subprotocol that the server chooses. Default: none. */
  protocol?: string
  /**
   * Returns `false` if the request is for another function of the server. Otherwise `take` refuses the request, or calls `accept`,
   * which opens the WebSocket and gives it to `admit`.
   */
  take(upgrade: Upgrade, accept: (admit: (webSocket: WebSocket) => void) => void): boolean
}

/** Opens WebSockets on an HTTP server. `close` ends all of them; the HTTP server stays open. */
export function attachSockets(server: Server, { take, ...options }: SocketsOptions): { close(): void } {
  const sockets = createSocketServer(options)
  const stop = onUpgrade(server, (upgrade) =>
    take(upgrade, (admit) =>
      sockets.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (webSocket) => {
        sockets.emit('connection', webSocket, upgrade.request)
        admit(webSocket)
      }),
    ),
  )
  return {
    close() {
      stop()
      for (const webSocket of sockets.clients) webSocket.terminate()
      sockets.close()
    },
  }
}

/**
 * A WebSocket server that bounds the memory for each client. It closes the connection of a client that sends too many control
 * frames, because the answers to its pings could fill the memory if the client does not read them.
 */
function createSocketServer({ maxPayload, protocol }: Omit<SocketsOptions, 'take'>): WebSocketServer {
  const bounds = {
    // A message can have at most 64 frames. A frame can arrive in at most 4,096 chunks from TCP.
    ...{ maxPayload, maxFragments: 64, maxBufferedChunks: 4_096 },
    // A client that does not answer `close` keeps its connection for this time.
    closeTimeout: 2_000,
  }
  const sockets = new WebSocketServer({
    ...{ ...bounds, noServer: true, perMessageDeflate: false, autoPong: false },
    ...(protocol && { handleProtocols: () => protocol }),
  })
  sockets.on('connection', (webSocket) => {
    const controls = new TokenBucket({ perSecond: 1, burst: 10 })
    webSocket.on('ping', (data) => (controls.take(1) ? webSocket.pong(data) : webSocket.terminate()))
    webSocket.on('pong', () => controls.take(1) || webSocket.terminate())
  })
  return sockets
}
