import { ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Capability } from './capabilities'
import { Emitter } from './Emitter'
import type { Inbox } from './Inbox'
import type { Channel } from './Transport'
import type * as Wire from './wire'
import { encode } from './wire'

type PeerEvents = {
  /** None is lost: messages wait for the first listener. A listener that throws ends the peer, not the process. */
  message: [message: Wire.Message]
  /** Once, whoever closed, also for who listens late. No reason: in good order. */
  close: [reason: ProtocolError | undefined]
}

export type Identity = Pick<Peer, 'role' | 'address' | 'capabilities' | 'paymentKey'>

/** A channel whose other end has said who it is. */
export class Peer extends Emitter<PeerEvents> {
  readonly channel: Channel
  /** As proven: who proves nothing is a viewer. A broadcaster holds the stream key. */
  readonly role: Wire.Role
  /** The key behind the role; none for a viewer. */
  readonly address: Address | undefined
  /** As the peer says. */
  readonly capabilities: ReadonlySet<Capability>
  /** As proven: the peer's HELLO was signed by this key, or by the key behind its role. */
  readonly paymentKey: Address | undefined
  readonly #inbox: Inbox
  readonly #bufferCeilingBytes: number
  #reason: ProtocolError | undefined

  /** `greet` makes peers. */
  constructor(inbox: Inbox, { bufferCeilingBytes, ...identity }: Identity & { bufferCeilingBytes: number }) {
    super()
    this.channel = inbox.channel
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

  /** 20 bytes, from the tracker: a name, not a proof. */
  get id(): Hex {
    return this.channel.peerId
  }

  get closed() {
    return this.channel.closed
  }

  override on<Name extends keyof PeerEvents>(name: Name, listener: (...args: PeerEvents[Name]) => void) {
    const stop = super.on(name, listener)
    if (name === 'close' && this.closed) {
      const late = listener as (...args: PeerEvents['close']) => void
      queueMicrotask(() => late(this.#reason))
    }
    if (name === 'message') this.#inbox.takeAll((message) => this.#receive(message))
    return stop
  }

  /** Queues a message. Does nothing once closed. Throws `Wire.UnencodableError`. */
  send(message: Wire.Message) {
    this.channel.send(encode(message))
  }

  /** Resolves when there is room for more. Rejects with `GoneError` once closed. */
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
    super('HELLO comes first, and once.', { details: [`Received: ${type}`] })
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
