import { ProtocolError } from '@lp/contracts/protocol'
import { TokenBucket } from './TokenBucket'
import type { Channel } from './Transport'
import * as Wire from './wire'

export type Limits = { messagesPerSecond: number; bytesPerSecond: number }

/** A burst can use the allowance of two seconds, because all messages of a segment arrive together. */
const burstSeconds = 2
/**
 * The largest numbers of messages and bytes that wait for a listener. Messages wait until the HELLO of the peer is checked, which can take
 * seconds. Without this limit, each stranger could make us store the bytes of a whole burst.
 */
const maxQueued = { messages: 1_024, bytes: 1024 * 1024 }

/**
 * Limits and decodes the messages of a channel, and queues them until a listener receives them. Optional messages with an unknown tag
 * count against the limits and are dropped. A message that breaks a rule closes the channel.
 */
export class Inbox {
  readonly channel: Channel
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket
  readonly #queue: Wire.Message[] = []
  #queuedBytes = 0
  #heardAtMs = performance.now()
  #listener: ((message: Wire.Message) => void) | undefined
  #isForOne = false

  constructor(channel: Channel, { messagesPerSecond, bytesPerSecond }: Limits) {
    this.channel = channel
    this.#messages = new TokenBucket({ perSecond: messagesPerSecond, burst: messagesPerSecond * burstSeconds })
    this.#bytes = new TokenBucket({ perSecond: bytesPerSecond, burst: bytesPerSecond * burstSeconds })
    channel.on('message', (bytes) => this.#receive(bytes))
  }

  /** For how long nothing has arrived. */
  get silentMs(): number {
    return performance.now() - this.#heardAtMs
  }

  /** Gives the next message to the listener. Later messages stay in the queue. */
  readOne(listener: (message: Wire.Message) => void) {
    this.#isForOne = true
    this.#listener = listener
    this.#deliver()
  }

  /** Gives the queued messages and all later messages to the listener. */
  readAll(listener: (message: Wire.Message) => void) {
    this.#isForOne = false
    this.#listener = listener
    this.#deliver()
  }

  #receive(bytes: Uint8Array) {
    if (this.channel.closed) return
    this.#heardAtMs = performance.now()
    if (!this.#messages.take(1) || !this.#bytes.take(bytes.length)) return this.channel.close(new FloodError())
    try {
      const message = Wire.decode(bytes)
      if (message) this.#enqueue(message, bytes.length)
    } catch (error) {
      if (!(error instanceof Wire.WireError)) throw error
      return this.channel.close(error)
    }
    this.#deliver()
  }

  #enqueue(message: Wire.Message, bytes: number) {
    this.#queuedBytes += bytes
    if (this.#queue.push(message) > maxQueued.messages || this.#queuedBytes > maxQueued.bytes)
      this.channel.close(new QueueFullError())
  }

  #deliver() {
    while (this.#listener && this.#queue.length > 0 && !this.channel.closed) {
      const listener = this.#listener
      if (this.#isForOne) this.#listener = undefined
      const [message] = this.#queue.splice(0, 1)
      if (this.#queue.length === 0) this.#queuedBytes = 0
      try {
        if (message) listener(message)
      } catch (cause) {
        // The listener has a bug. A peer must not be able to end our process through this bug.
        this.channel.close(new UnhandledMessageError({ cause }))
      }
    }
  }
}

export class FloodError extends ProtocolError {
  override readonly name = 'Peer.FloodError'
  constructor() {
    super('The peer sent more messages or bytes per second than allowed.')
  }
}

export class QueueFullError extends ProtocolError {
  override readonly name = 'Peer.QueueFullError'
  constructor() {
    super('The peer sent too many messages or bytes before its HELLO was checked.')
  }
}

export class UnhandledMessageError extends ProtocolError {
  override readonly name = 'Peer.UnhandledMessageError'
  constructor({ cause }: { cause: unknown }) {
    super('A message of the peer could not be handled.', { details: [`Cause: ${cause}`], cause })
  }
}
