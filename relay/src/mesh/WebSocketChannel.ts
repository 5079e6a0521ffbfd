import { type Hello, ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Emitter } from './Emitter'
import {
  type Channel,
  type ChannelEvents,
  ConnectionLostError,
  drainBytes,
  MessageTooLargeError,
  maxBufferedBytes,
  maxMessageBytes,
  SlowPeerError,
  TextMessageError,
} from './Transport'

/** The properties of a browser's WebSocket that we use. The sockets of the package `ws` have the same properties. */
export type BinarySocket = {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number): void
}
export type BinarySocketConstructor = new (url: string, protocols: string[]) => BinarySocket
export type MessageEvent = { data: unknown }

/** Values of `readyState`. */
export const connecting = 0
export const open = 1

/** Each end sends `alive` every `aliveMs`, and closes the channel after `silenceMs` without a message. Default 5 s and 20 s. */
export type Watch = { aliveMs: number; silenceMs: number }

/**
 * An optional message, which `wire` ignores. A WebSocket does not notice a broken network for minutes, and proxies close a
 * connection without traffic.
 */
const alive = Uint8Array.of(0x90)
/** A WebSocket has no event for an empty queue. So a channel with a long queue reads the length of the queue at this interval. */
const drainCheckMs = 20
/** The largest number of messages that wait for the first listener. `greet` adds this listener immediately. */
const maxWaiting = 64
/** A page can close a WebSocket only with the code 1000 or a code from 3000 on. */
const closeCodes = { done: 1000, fault: 4000 }
const endCodes: unknown[] = [1000, 1001, 1005]

/** A channel over a WebSocket. `openChannel` makes it. */
export class WebSocketChannel extends Emitter<ChannelEvents> implements Channel {
  readonly peerId: Hex
  readonly connection: Hello.Connection
  readonly maxMessageBytes = maxMessageBytes
  readonly #socket: BinarySocket
  readonly #silenceMs: number
  readonly #watching: ReturnType<typeof setInterval>
  #draining: ReturnType<typeof setInterval> | undefined
  #heardMs = performance.now()
  #waiting: Uint8Array[] | undefined = []
  #closed = false

  constructor(
    socket: BinarySocket,
    {
      peerId,
      connection,
      watch: { aliveMs, silenceMs } = { aliveMs: 5_000, silenceMs: 20_000 },
    }: Pick<Channel, 'peerId' | 'connection'> & { watch?: Watch },
  ) {
    super()
    this.#socket = socket
    this.peerId = peerId
    this.connection = connection
    this.#silenceMs = silenceMs
    this.#watching = setInterval(() => this.#keepAlive(), aliveMs)
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(data)
    socket.onclose = ({ code }: { code?: number }) =>
      this.#end(endCodes.includes(code) ? undefined : new ConnectionLostError({ peerId, cause: `close code ${code}` }))
  }

  override on<Name extends keyof ChannelEvents>(name: Name, listener: (...args: ChannelEvents[Name]) => void) {
    const stop = super.on(name, listener)
    const waiting = name === 'message' ? this.#waiting : undefined
    if (waiting) {
      this.#waiting = undefined
      for (const bytes of waiting) this.emit('message', bytes)
    }
    return stop
  }

  get bufferedAmount() {
    return this.#closed ? 0 : this.#socket.bufferedAmount
  }

  get closed() {
    return this.#closed
  }

  send(bytes: Uint8Array) {
    if (bytes.length > maxMessageBytes) throw new MessageTooLargeError({ bytes: bytes.length })
    if (this.#closed) return
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>)
    const { bufferedAmount } = this
    if (bufferedAmount > drainBytes) this.#draining ??= setInterval(() => this.#drained(), drainCheckMs)
    if (bufferedAmount > maxBufferedBytes) this.close(new SlowPeerError({ bufferedAmount }))
  }

  close(reason?: ProtocolError) {
    if (this.#closed) return
    this.#socket.close(reason ? closeCodes.fault : closeCodes.done)
    this.#end(reason)
  }

  #receive(data: unknown) {
    this.#heardMs = performance.now()
    if (this.#closed) return
    if (!(data instanceof ArrayBuffer)) return this.close(new TextMessageError())
    if (data.byteLength > maxMessageBytes) return this.close(new MessageTooLargeError({ bytes: data.byteLength }))
    const bytes = new Uint8Array(data)
    if (!this.#waiting) this.emit('message', bytes)
    else if (this.#waiting.push(bytes) > maxWaiting) this.close(new ImpatientPeerError())
  }

  #keepAlive() {
    const silentMs = Math.round(performance.now() - this.#heardMs)
    if (silentMs > this.#silenceMs) this.close(new SilentPeerError({ silentMs }))
    else this.send(alive)
  }

  #drained() {
    if (this.bufferedAmount > 0) return
    clearInterval(this.#draining)
    this.#draining = undefined
    this.emit('drain')
  }

  #end(reason: ProtocolError | undefined) {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#watching)
    clearInterval(this.#draining)
    this.#waiting = undefined
    this.#socket.onmessage = this.#socket.onclose = null
    this.emit('close', reason)
  }
}

export class SilentPeerError extends ProtocolError {
  override readonly name = 'WebSocketChannel.SilentPeerError'
  constructor({ silentMs }: { silentMs: number }) {
    super('The peer has sent nothing for too long.', { details: [`Silent for: ${silentMs} ms`] })
  }
}

export class ImpatientPeerError extends ProtocolError {
  override readonly name = 'WebSocketChannel.ImpatientPeerError'
  constructor() {
    super('The peer sent too many messages before the connection was ready.')
  }
}
