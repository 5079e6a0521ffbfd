import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { ServiceUri } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { WebSocket } from 'ws'
import { logOf } from '../log'
import { type Channel, maxMessageBytes } from '../mesh/Transport'
import type { BinarySocket, Watch } from '../mesh/WebSocketChannel'
import { ingestPath, openChannel, subprotocol } from '../mesh/webSocket'
import { AddressLimit } from './AddressLimit'
import { type ClientAddress, clientAddress } from './clientAddress'
import { Lobby } from './Lobby'
import { networkOf } from './networkOf'
import { attachSockets, refuse, type SocketsOptions } from './upgrades'

export type IngestOptions = {
  server: HttpServer
  /** The address that this relay has registered. The signed HELLO contains it. */
  serviceUri: string
  /** Whether the relay expects the broadcaster of this job. */
  expects(jobId: Hex): boolean
  /** Checks the HELLO of the peer. Rejects, and closes the channel, if the peer is not the broadcaster of the job. */
  greet(jobId: Hex, channel: Channel): Promise<void>
  /** Default: the address of the connection. */
  addressOf?: ClientAddress
  /** The largest numbers of connections whose peers have not proven their identity. Default 128, and 16 for each IP address (IPv6: each network). */
  maxStrangers?: { total: number; perAddress: number }
  /** How often each IP address (IPv6: each network) can connect. Default: on average 20 times a second, and at most 50 times in one moment. */
  maxConnections?: { perSecond: number; burst: number }
  watch?: Watch
}

export type Ingest = {
  /** Ends all connections. The HTTP server stays open. */
  close(): void
}

const log = logOf('gateway')

/**
 * Accepts the WebSockets of broadcasters whose network or browser does not let WebRTC pass. The path names the job: `/ingest/<jobId>`. At
 * `/ingest`, a page learns whether its WebSockets reach the relay, before it asks the wallet for a deposit. The request's Origin and
 * cookies prove nothing, and are not read: every page can broadcast, and the stream key signs HELLO. Accepts no connections if the address
 * of the relay is neither an https address nor a loopback address.
 */
export function attachIngest({
  server,
  serviceUri,
  expects,
  greet,
  addressOf = clientAddress([]),
  maxStrangers = { total: 128, perAddress: 16 },
  maxConnections = { perSecond: 20, burst: 50 },
  watch,
}: IngestOptions): Ingest {
  const uri = ServiceUri.fromText(serviceUri)
  if (!uri || !ServiceUri.webSocketUrl(uri)) return { close() {} }
  const lobby = new Lobby(maxStrangers)
  const connections = new AddressLimit(maxConnections)

  const take: SocketsOptions['take'] = ({ request, socket, path }, accept) => {
    const isProbe = path === ingestPath
    const jobId = jobIdOf(path)
    if (!isProbe && !jobId) return false
    const address = networkOf(addressOf(request))
    if (jobId && !expects(jobId)) refuse(socket, 404)
    else if (!speaks(request)) refuse(socket, 400)
    else if (!connections.take(address)) refuse(socket, 429)
    else
      accept((webSocket) => {
        webSocket.on('error', (error) => log.debug('a WebSocket broke', () => ({ message: error.message })))
        void admit(webSocket, { jobId, address })
      })
    return true
  }

  async function admit(webSocket: WebSocket, { jobId, address }: { jobId: Hex | undefined; address: string }) {
    const leave = lobby.enter({ address, dismiss: () => webSocket.terminate() })
    try {
      const channel = await openChannel(webSocket as BinarySocket, {
        serviceUri: uri as string,
        ...(watch && { watch }),
      })
      if (jobId) await greet(jobId, channel)
      else channel.close()
    } catch (error) {
      log.debug('a WebSocket was refused', () => ({ jobId, message: (error as Error).message }))
    } finally {
      leave()
    }
  }

  return attachSockets(server, { maxPayload: maxMessageBytes, protocol: subprotocol, take })
}

function jobIdOf(path: string): Hex | undefined {
  const id = path.startsWith(`${ingestPath}/`) ? path.slice(ingestPath.length + 1) : ''
  return /^0x[0-9a-f]{64}$/i.test(id) ? (id.toLowerCase() as Hex) : undefined
}

const speaks = ({ headers }: IncomingMessage): boolean =>
  (headers['sec-websocket-protocol'] ?? '').split(',').some((name) => name.trim() === subprotocol)
