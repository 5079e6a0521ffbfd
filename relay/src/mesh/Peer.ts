import { type Hello, ProtocolError, StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { Emitter } from './Emitter'
import { Inbox, type Limits } from './Inbox'
import type { Channel } from './Transport'
import type * as Wire from './wire'
import { encode, version } from './wire'

export type PeerOptions = {
  /** Whose room this is. A peer that greets with another stream is cut off. */
  streamId: Hex
  /** What we are. */
  role: Wire.Role
  /** Proves our role with the registered key or the stream key; a viewer has nothing to prove. */
  sign?(hello: Hello.Hello): Promise<Hex>
  recover(hello: Hello.Hello, signature: Hex): Promise<Address | undefined>
  /** Whether the holder of this key is a relay for us. Without it nobody is: any key recovers to some address. */
  isRelay?(address: Address): boolean | Promise<boolean>
  /** Default 10 s. */
  helloTimeoutMs?: number
  /** What a peer may send us before it is cut off. Default 2,000 messages and 16 MiB a second. */
  limits?: Limits
  /** `ready` waits while more than this is queued. Default 1 MiB. */
  bufferCeilingBytes?: number
}

type PeerEvents = {
  /** None is lost: messages wait for the first listener. A listener that throws ends the peer, not the process. */
  message: [message: Wire.Message]
  /** Once, whoever closed, also for who listens late. No reason: in good order. */
  close: [reason: ProtocolError | undefined]
}

type Identity = { role: Wire.Role; address: Address | undefined }

/** A channel whose other end has said who it is. */
export class Peer extends Emitter<PeerEvents> {
  readonly channel: Channel
  /** As proven: who proves nothing is a viewer. A broadcaster holds the stream key. */
  readonly role: Wire.Role
  /** The key behind the role; none for a viewer. */
  readonly address: Address | undefined
  readonly #inbox: Inbox
  readonly #bufferCeilingBytes: number
  #reason: ProtocolError | undefined

  /** `greet` makes peers. */
  constructor(inbox: Inbox, { role, address, bufferCeilingBytes }: Identity & { bufferCeilingBytes: number }) {
    super()
    this.channel = inbox.channel
    this.role = role
    this.address = address
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

/**
 * Says HELLO and hears it. Listen to the peer at once: it may have much to say. Rejects, with the channel closed, with
 * `HelloTimeoutError`, `UnexpectedMessageError`, `WrongStreamError`, `GoneError` (whose cause says why), or what `sign` throws.
 */
export async function greet(channel: Channel, options: PeerOptions): Promise<Peer> {
  const { limits = { messagesPerSecond: 2_000, bytesPerSecond: 16 * 1024 * 1024 }, bufferCeilingBytes = 1024 * 1024 } =
    options
  const inbox = new Inbox(channel, limits)
  try {
    const [hello] = await Promise.all([firstMessage(inbox, options), sayHello(channel, options)])
    const identity = await identify(hello, channel, options)
    if (channel.closed) throw new GoneError({ peerId: channel.peerId })
    return new Peer(inbox, { ...identity, bufferCeilingBytes })
  } catch (error) {
    channel.close(error instanceof ProtocolError ? error : undefined)
    throw error
  }
}

type HelloMessage = Wire.HelloMessage

async function sayHello(channel: Channel, { streamId, role, sign }: PeerOptions) {
  const { local, remote } = channel.fingerprints
  const signature = await sign?.({ streamId, localFingerprint: local, remoteFingerprint: remote, role })
  channel.send(encode({ type: 'hello', version, role, streamId, ...(signature && { signature }) }))
}

function firstMessage(inbox: Inbox, { helloTimeoutMs = 10_000, streamId }: PeerOptions): Promise<HelloMessage> {
  const { channel } = inbox
  return new Promise<HelloMessage>((resolve, reject) => {
    const gone = (cause?: ProtocolError) => settle(() => reject(new GoneError({ peerId: channel.peerId, cause })))
    const stop = channel.on('close', gone)
    const timer = setTimeout(() => settle(() => reject(new HelloTimeoutError({ helloTimeoutMs }))), helloTimeoutMs)
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      stop()
      finish()
    }
    inbox.takeOne((message) => {
      if (message.type !== 'hello') settle(() => reject(new UnexpectedMessageError({ type: message.type })))
      else if (message.streamId !== streamId.toLowerCase())
        settle(() => reject(new WrongStreamError({ streamId: message.streamId })))
      else settle(() => resolve(message))
    })
    if (channel.closed) gone()
  })
}

/** What the peer's HELLO proves. Its local certificate is our remote one. */
async function identify(hello: HelloMessage, channel: Channel, options: PeerOptions): Promise<Identity> {
  const viewer: Identity = { role: 'viewer', address: undefined }
  const { role, streamId, signature } = hello
  if (role === 'viewer' || !signature) return viewer
  const { local, remote } = channel.fingerprints
  try {
    const signed = { streamId, localFingerprint: remote, remoteFingerprint: local, role }
    const address = await options.recover(signed, signature)
    if (!address) return viewer
    const holds = role === 'broadcaster' ? isOrigin(address, streamId) : await options.isRelay?.(address)
    return holds ? { role, address } : viewer
  } catch {
    // Whoever could not be checked has proven nothing.
    return viewer
  }
}

const isOrigin = (address: Address, streamId: Hex) => address.toLowerCase() === StreamId.origin(streamId).toLowerCase()

const drained = (channel: Channel) =>
  new Promise<void>((resolve) => {
    const done = () => {
      for (const stop of stops) stop()
      resolve()
    }
    const stops = [channel.on('drain', done), channel.on('close', done)]
  })

export class HelloTimeoutError extends ProtocolError {
  override readonly name = 'Peer.HelloTimeoutError'
  constructor({ helloTimeoutMs }: { helloTimeoutMs: number }) {
    super('The peer did not say who it is.', { details: [`Waited: ${helloTimeoutMs} ms`] })
  }
}

export class UnexpectedMessageError extends ProtocolError {
  override readonly name = 'Peer.UnexpectedMessageError'
  constructor({ type }: { type: Wire.Message['type'] }) {
    super('HELLO comes first, and once.', { details: [`Received: ${type}`] })
  }
}

export class WrongStreamError extends ProtocolError {
  override readonly name = 'Peer.WrongStreamError'
  constructor({ streamId }: { streamId: Hex }) {
    super('The peer is here for another stream.', { details: [`Its stream: ${streamId}`] })
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
