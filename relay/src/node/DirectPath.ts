import { createSocket, type Socket } from 'node:dgram'

/**
 * One address of a caller. The WebRTC stack of the call listens on loopback. A socket on loopback stands for the caller's address: it
 * passes the caller's packets on to the stack, and the stack's packets on to the caller.
 */
export class DirectPath {
  /** The time of the last packet from the caller, on the clock of `performance.now()`. */
  usedMs = performance.now()
  readonly #socket: Socket = createSocket('udp4')
  #state: 'opening' | 'open' | 'closed' = 'opening'
  /** The newest packet that came before the socket was open. */
  #waiting: Buffer | undefined

  /** `port`: the port of the WebRTC stack. `send` sends a packet to the caller. */
  constructor({ port, send }: { port: Promise<number>; send(packet: Buffer): void }) {
    this.#socket.on('message', send)
    // When a call is over, the stack closes its port, and the socket can then report an error.
    this.#socket.on('error', () => undefined)
    this.#socket.bind(0, '127.0.0.1', async () => this.#connect(await port))
  }

  receive(packet: Buffer): void {
    this.usedMs = performance.now()
    if (this.#state === 'open') this.#socket.send(packet)
    else this.#waiting = packet
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#socket.close()
  }

  #connect(port: number): void {
    if (this.#state === 'closed') return
    this.#socket.connect(port, '127.0.0.1', () => {
      this.#state = 'open'
      if (this.#waiting) this.#socket.send(this.#waiting)
      this.#waiting = undefined
    })
  }
}
