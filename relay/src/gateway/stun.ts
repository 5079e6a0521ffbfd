import { randomBytes } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { logOf } from '../log'
import { toBytes } from '../mesh/ipAddress'
import { TokenBucket } from '../mesh/TokenBucket'

const log = logOf('gateway')

export type StunOptions = {
  /** UDP address to listen at. */
  host: string
  /** 0: any unused port. */
  port: number
}

type Remote = Pick<RemoteInfo, 'address' | 'port'>

export type Stun = {
  port: number
  /** Gives each packet to `take` first. `take` returns `true` if it has handled the packet. */
  share(take: (packet: Buffer, remote: Remote) => boolean): void
  /** Sends a packet from this port. Drops the packet if too many bytes wait, and after `close`. */
  send(packet: Buffer, to: Remote): void
  close(): Promise<void>
}

/** The largest number of bytes that wait in the process because the network does not take them. */
const maxQueuedBytes = 4 * 1024 * 1024

/**
 * This limit is enough for a thousand viewers that arrive at the same time. It bounds the traffic that requests with a forged sender
 * address can cause.
 */
const answersPerSecond = 2_000

/**
 * Tells viewers their public address, so that viewers behind routers can connect to each other without a third party's server.
 * Answers the Binding request of STUN (RFC 8489). Throws the error of `dgram` when the port cannot be opened.
 */
export async function startStun({ host, port }: StunOptions): Promise<Stun> {
  // If a host name has an IPv4 and an IPv6 address, a browser sends a request to both addresses and waits for both answers. So
  // the socket receives at both addresses.
  const socket = host === '0.0.0.0' ? await bound('::', port).catch(() => bound(host, port)) : await bound(host, port)
  const budget = new TokenBucket({ perSecond: answersPerSecond, burst: answersPerSecond })
  let take = (_packet: Buffer, _remote: Remote) => false
  let isOpen = true
  socket.on('message', (request, remote) => {
    if (take(request, remote)) return
    const response = answer(request, remote)
    if (response && budget.take(1)) socket.send(response, remote.port, remote.address)
  })
  // The network reports packets that it could not deliver. Any sender with a forged address can cause such a report, so it is not
  // a fault.
  socket.on('error', (error) => log.debug('a UDP packet was not delivered', () => ({ message: error.message })))
  return {
    port: socket.address().port,
    share(other) {
      take = other
    },
    send(packet, { address, port }) {
      if (isOpen && port !== 0 && socket.getSendQueueSize() < maxQueuedBytes) socket.send(packet, port, address)
    },
    close() {
      // Connections that are still open go on sending, and a closed socket throws.
      isOpen = false
      return close(socket)
    },
  }
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.bind(port, host)
  await once(socket, 'listening').catch((error) => {
    socket.close()
    throw error
  })
  return socket
}

const close = (socket: Socket) => new Promise<void>((resolve) => socket.close(resolve))

const headerBytes = 20
const bindingRequest = 0x0001
const bindingResponse = 0x0101
const magicCookie = 0x2112a442
const xorMappedAddress = 0x0020

/** A new Binding request, which asks a STUN server for our public address. */
export function question(): Buffer {
  const request = Buffer.alloc(headerBytes)
  request.writeUInt16BE(bindingRequest, 0)
  request.writeUInt32BE(magicCookie, 4)
  randomBytes(12).copy(request, 8)
  return request
}

/** Whether the packet answers this Binding request. */
export const isAnswerTo = (request: Uint8Array, packet: Buffer): boolean =>
  packet.length > headerBytes &&
  packet.readUInt16BE(0) === bindingResponse &&
  packet.subarray(4, headerBytes).equals(request.subarray(4, headerBytes))

/** The answer to a Binding request from `remote`. `undefined` for every other packet, and if no answer can be sent to `remote`. */
export function answer(request: Uint8Array, remote: Remote) {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  if (request.length < headerBytes || view.getUint16(0) !== bindingRequest) return
  if (view.getUint16(2) !== request.length - headerBytes || view.getUint32(4) !== magicCookie) return
  return success(request, remote)
}

/**
 * The answer to a Binding request. It contains the address of `remote`. Only the header of `request` is used. `undefined` if no packet can
 * be sent to `remote`.
 */
export function success(request: Uint8Array, remote: Remote): Buffer | undefined {
  // A forged packet can name port 0, and a send to port 0 throws.
  if (remote.port === 0) return
  // A socket for IPv4 and IPv6 reports the IPv4 address a.b.c.d as ::ffff:a.b.c.d.
  const address = toBytes(remote.address)
  if (!address) return
  const response = Buffer.alloc(headerBytes + 8 + address.length)
  response.writeUInt16BE(bindingResponse, 0)
  response.writeUInt16BE(8 + address.length, 2)
  // The cookie and the transaction's id, by which the client recognises the answer.
  response.set(request.subarray(4, headerBytes), 4)
  response.writeUInt16BE(xorMappedAddress, headerBytes)
  response.writeUInt16BE(4 + address.length, headerBytes + 2)
  response.writeUInt8(address.length === 4 ? 1 : 2, headerBytes + 5)
  response.writeUInt16BE(remote.port ^ (magicCookie >>> 16), headerBytes + 6)
  // The address is combined with the cookie and the transaction id by XOR, because some routers rewrite every address that they
  // recognise in a packet.
  for (const [index, byte] of address.entries())
    response.writeUInt8(byte ^ (request[4 + index] as number), headerBytes + 8 + index)
  return response
}
