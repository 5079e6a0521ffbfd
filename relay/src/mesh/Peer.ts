import { ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Capability } from './capabilities'
import { Emitter } from './Emitter'
import type { Inbox } from './Inbox'
import type { Channel } from './Transport'
import type * as Wire from './wire'
import { encode } from './wire'

type PeerEvents = {
  /** Messages that arrive before the first listener is added are queued for it. If a listener throws, the channel closes. */
  message: [message: Wire.Message]
  /** The channel has closed. Emitted once. A listener that is added later also receives the event. `undefined`: no fault. */
  close: [reason: ProtocolError | undefined]
}

export type Identity = Pick<Peer, 'streamId' | 'role' | 'address' | 'capabilities' | 'paymentKey'>

/** The other end of a channel, after `greet` has checked its HELLO. */
export class Peer extends Emitter<PeerEvents> {
  readonly channel: Channel
  /** The stream of the room. */
  readonly streamId: Hex
  /** The proven role. A peer without a proof is a viewer. The proof of a broadcaster is a signature by the stream key. */
  readonly role: Wire.Role
  /** The key that proved the role; `undefined` for a viewer. */
  readonly address: Address | undefined
  /** The capabilities that the peer states in HELLO. A viewer can state them without a signature. */
  readonly capabilities: ReadonlySet<Capability>
  /**
   * The payment key that the peer names in HELLO. The key itself signed the HELLO, or, for a broadcaster, the stream key did. `undefined`:
   * the peer names no key, or did not prove it.
   */
  readonly paymentKey: Address | undefined
  readonly #inbox: Inbox
  readonly #bufferCeilingBytes: number
  #reason: ProtocolError | undefined

  /** Only `greet` calls this constructor, after it has checked the HELLO. */
  constructor(inbox: Inbox, { bufferCeilingBytes, ...identity }: Identity & { bufferCeilingBytes: number }) {
    super()
    this.channel = inbox.channel
    this.streamId = identity.streamId
    this.role = identity.role
    this.address = identity.address
    this.capabilities = identity.capabilities
    this.paymentKey = identity.paymentKey
    this.#inbox = inbox
    this.#bufferCeilingBytes = bufferCeilingBytes
    this.channel.on('close', (reason) => {
      this.#reason = reason
      this.emit('close', reason)
    })
  }

  /** 20 bytes: the id of the peer in the room. Not proven. */
  get id(): Hex {
    return this.channel.peerId
  }

  get closed() {
    return this.channel.closed
  }

  /** For how long the peer has sent nothing. */
  get silentMs(): number {
    return this.#inbox.silentMs
  }

  override on<Name extends keyof PeerEvents>(name: Name, listener: (...args: PeerEvents[Name]) => void) {
    const stop = super.on(name, listener)
    if (name === 'close' && this.closed) {
      const late = listener as (...args: PeerEvents['close']) => void
      queueMicrotask(() => late(this.#reason))
    }
    if (name === 'message') this.#inbox.readAll((message) => this.#receive(message))
    return stop
  }

  /** Queues a message. Does nothing if the channel is closed. Throws `Wire.UnencodableError`. */
  send(message: Wire.Message) {
    this.channel.send(encode(message))
  }

  /** Resolves when at most `bufferCeilingBytes` are queued. Rejects with `GoneError` if the channel is closed. */
  async ready(): Promise<void> {
    while (!this.closed && this.channel.bufferedAmount > this.#bufferCeilingBytes) await drained(this.channel)
    if (this.closed) throw new GoneError({ peerId: this.id })
  }

  close(reason?: ProtocolError) {
    this.channel.close(reason)
  }

  #receive(message: Wire.Message) {
    if (message.type === 'hello') this.close(new UnexpectedMessageError({ type: message.type }))
    else this.emit('message', message)
  }
}

const drained = (channel: Channel) =>
  new Promise<void>((resolve) => {
    const done = () => {
      for (const stop of stops) stop()
      resolve()
    }
    const stops = [channel.on('drain', done), channel.on('close', done)]
  })

export class UnexpectedMessageError extends ProtocolError {
  override readonly name = 'Peer.UnexpectedMessageError'
  constructor({ type }: { type: Wire.Message['type'] }) {
    super('The first message of a channel must be HELLO, and no later message is allowed to be HELLO.', {
      details: [`Received: ${type}`],
    })
  }
}

export class GoneError extends ProtocolError {
  override readonly name = 'Peer.GoneError'
  constructor({ peerId, cause }: { peerId: Hex; cause?: ProtocolError | undefined }) {
    super('The peer has gone.', {
      details: [`Peer: ${peerId}`, ...(cause ? [`Reason: ${cause.shortMessage}`] : [])],
      cause,
    })
  }
}
