import { ProtocolError } from '@lp/contracts/protocol'
import { TokenBucket } from './TokenBucket'
import type { Channel } from './Transport'
import * as Wire from './wire'

export type Limits = { messagesPerSecond: number; bytesPerSecond: number }

/** A burst is so many seconds' worth: a segment comes at once. */
const burstSeconds = 2

/**
 * The messages of a channel: limited, decoded, and queued until a listener takes them. Optional messages that we do not
 * know count against the limits and are dropped. A message that breaks a rule closes the channel.
 */
export class Inbox {
  readonly channel: Channel
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket
  readonly #queue: Wire.Message[] = []
  #take: ((message: Wire.Message) => void) | undefined
  #once = false

  constructor(channel: Channel, { messagesPerSecond, bytesPerSecond }: Limits) {
    this.channel = channel
    this.#messages = new TokenBucket({ perSecond: messagesPerSecond, burst: messagesPerSecond * burstSeconds })
    this.#bytes = new TokenBucket({ perSecond: bytesPerSecond, burst: bytesPerSecond * burstSeconds })
    channel.on('message', (bytes) => this.#receive(bytes))
  }

  /** Gives the next message only; what follows waits. */
  takeOne(take: (message: Wire.Message) => void) {
    this.#once = true
    this.#take = take
    this.#deliver()
  }

  /** Gives every message from now on, those that wait first. */
  takeAll(take: (message: Wire.Message) => void) {
    this.#once = false
    this.#take = take
    this.#deliver()
  }

  #receive(bytes: Uint8Array) {
    if (this.channel.closed) return
    if (!this.#messages.take(1) || !this.#bytes.take(bytes.length)) return this.channel.close(new FloodError())
    try {
      const message = Wire.decode(bytes)
      if (message) this.#queue.push(message)
    } catch (error) {
      if (!(error instanceof Wire.WireError)) throw error
      return this.channel.close(error)
    }
    this.#deliver()
  }

  #deliver() {
    while (this.#take && this.#queue.length > 0 && !this.channel.closed) {
      const take = this.#take
      if (this.#once) this.#take = undefined
      const [message] = this.#queue.splice(0, 1)
      try {
        if (message) take(message)
      } catch (cause) {
        // A stranger's message must not be able to end the process, whoever stumbled over it.
        this.channel.close(new UnhandledMessageError({ cause }))
      }
    }
  }
}

export class FloodError extends ProtocolError {
  override readonly name = 'Peer.FloodError'
  constructor() {
    super('The peer sent more than it may.')
  }
}

export class UnhandledMessageError extends ProtocolError {
  override readonly name = 'Peer.UnhandledMessageError'
  constructor({ cause }: { cause: unknown }) {
    super('A message of the peer could not be dealt with.', { details: [`Cause: ${cause}`], cause })
  }
}
