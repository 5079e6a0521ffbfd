import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** The limits of a host’s connection to the network. */
export type Limits = {
  /** The largest upload, in bytes per millisecond. */
  uploadBytesPerMs: number
  /** The delay of each packet that this host sends. */
  delayMs: number
  /** The part of the packets of this host that is lost, from 0 to 1. */
  loss: number
}

export const unlimited: Limits = { uploadBytesPerMs: Number.POSITIVE_INFINITY, delayMs: 0, loss: 0 }

/** The router drops a packet that would wait longer than this for its upload, like a home router with a short queue. */
const maxQueueMs = 200
/** The size of the socket's buffers. If many packets arrive at once, they wait there until this process reads them. */
const socketBytes = 4 * 1024 * 1024

type Host = { port: number; freeAtMs: number; sent: { atMs: number; packet: Buffer; port: number }[]; limits: Limits }

/**
 * Carries IP packets between hosts, and applies the limits of each host. So the kernel needs no module for these limits. Each packet is one
 * datagram to the port of the router on loopback.
 */
export class Router {
  readonly port: number
  readonly #socket: Socket
  readonly #hosts = new Map<string, Host>()
  readonly #addresses = new Map<number, string>()
  /** The number of packets that were dropped, because a queue was full or because of the limit `loss`. */
  lost = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('message', (packet, { port }) => this.#take(packet, port))
  }

  static async open(): Promise<Router> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: socketBytes, sendBufferSize: socketBytes })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new Router(socket)
  }

  /** Adds a host. Packets for its `address` go to `port` on loopback, and packets that come from `port` are packets of this host. */
  attach(address: string, port: number): void {
    this.#hosts.set(address, { port, freeAtMs: 0, sent: [], limits: unlimited })
    this.#addresses.set(port, address)
  }

  limit(address: string, limits: Limits): void {
    const host = this.#hosts.get(address)
    if (host) host.limits = limits
  }

  close(): void {
    this.#socket.close()
    for (const host of this.#hosts.values()) host.sent.length = 0
  }

  #take(packet: Buffer, port: number): void {
    const from = this.#hosts.get(this.#addresses.get(port) ?? '')
    const to = this.#hosts.get(destinationOf(packet) ?? '')
    if (!from || !to) return
    const { uploadBytesPerMs, delayMs, loss } = from.limits
    const nowMs = performance.now()
    const startMs = Math.max(nowMs, from.freeAtMs)
    if (startMs - nowMs > maxQueueMs || Math.random() < loss) {
      this.lost++
      return
    }
    from.freeAtMs = startMs + packet.length / uploadBytesPerMs
    from.sent.push({ atMs: from.freeAtMs + delayMs, packet, port: to.port })
    if (from.sent.length === 1) this.#deliver(from)
  }

  /** Sends the packets whose time has come, in their order. */
  #deliver(host: Host): void {
    for (let next = host.sent[0]; next; next = host.sent[0]) {
      const waitMs = next.atMs - performance.now()
      if (waitMs > 0.5) {
        setTimeout(() => this.#deliver(host), waitMs)
        return
      }
      host.sent.shift()
      this.#socket.send(next.packet, next.port, '127.0.0.1')
    }
  }
}

/** The destination in the header of an IPv4 packet (RFC 791). `undefined` for other packets. */
const destinationOf = (packet: Buffer): string | undefined =>
  packet.length >= 20 && (packet[0] ?? 0) >> 4 === 4 ? packet.subarray(16, 20).join('.') : undefined
