import type { Socket } from 'node:net'
import { decode, encode, type Message } from '../src/mesh/wire'

/** Messages of the mesh over TCP. Four bytes before each message have its length. */
export class Line {
  readonly #socket: Socket
  #received = Buffer.alloc(0)

  /** `hear` gets each message of the other side. `onEnd` is called once, when the connection has ended. */
  constructor(socket: Socket, { hear, onEnd }: { hear(message: Message): void; onEnd(): void }) {
    this.#socket = socket
    // The message `close` follows. A process that is killed breaks its connections.
    socket.on('error', () => undefined)
    socket.once('close', onEnd)
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
      for (let message = this.#next(); message; message = this.#next()) hear(message)
    })
  }

  #next(): Message | undefined {
    if (this.#received.length < 4) return undefined
    const end = 4 + this.#received.readUInt32BE(0)
    if (this.#received.length < end) return undefined
    const message = decode(Uint8Array.from(this.#received.subarray(4, end)))
    this.#received = this.#received.subarray(end)
    return message
  }

  send(message: Message): void {
    const bytes = encode(message)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    this.#socket.write(Buffer.concat([length, bytes]))
  }
}
