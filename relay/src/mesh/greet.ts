import { Hello, ProtocolError, StreamId } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import { type Capability, fromBits, toBits } from './capabilities'
import { Inbox, type Limits } from './Inbox'
import { GoneError, type Identity, Peer, UnexpectedMessageError } from './Peer'
import type { Channel } from './Transport'
import type * as Wire from './wire'
import { encode, version } from './wire'

export type GreetOptions = {
  /** The stream of the room. `greet` closes the channel to a peer that names another stream. */
  streamId: Hex
  /** Our own role. */
  role: Wire.Role
  /** The extensions that we support. Default none. */
  capabilities?: readonly Capability[]
  /** We pay and are paid under this key. A viewer with a payment key signs HELLO with this key. */
  paymentKey?: Address
  /** Signs our HELLO: a relay with its registered key, a broadcaster with the stream key, a viewer with its payment key. */
  sign?(hello: Hello.Hello): Promise<Hex>
  /** The address whose key signed this HELLO. `undefined`, or a rejection: the signature proves nothing. */
  recover(hello: Hello.Hello, signature: Hex): Promise<Address | undefined>
  /** Whether this address is a registered relay. Default: `false` for every address, because a signature does not prove a registration. */
  isRelay?(address: Address): boolean | Promise<boolean>
  /** Default 10 s. */
  helloTimeoutMs?: number
  /** We close the channel when the peer sends more than this. Default 2,000 messages and 16 MiB a second. */
  limits?: Limits
  /** `Peer.ready` waits while more bytes than this are queued. Default 1 MiB. */
  bufferCeilingBytes?: number
}

/**
 * Sends our HELLO and checks the peer's HELLO. The caller must soon add a `message` listener to the peer: until then, messages
 * are queued, and a full queue closes the channel. On failure, closes the channel and rejects with `HelloTimeoutError`,
 * `UnexpectedMessageError`, `WrongStreamError`, `ForgedPaymentKeyError`, `GoneError`, or the error of `sign`. The `cause` of `GoneError`,
 * if there is one, says why the channel closed.
 */
export async function greet(channel: Channel, options: GreetOptions): Promise<Peer> {
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

async function sayHello(channel: Channel, { streamId, role, sign, paymentKey, ...options }: GreetOptions) {
  const capabilities = toBits(options.capabilities ?? [])
  const hello = { streamId, role, capabilities, paymentKey }
  const signature = await sign?.({ ...hello, connection: channel.connection })
  const extensions = { capabilities, ...(paymentKey && { paymentKey }), ...(signature && { signature }) }
  channel.send(encode({ type: 'hello', version, role, streamId, ...extensions }))
}

function firstMessage(inbox: Inbox, { helloTimeoutMs = 10_000, streamId }: GreetOptions): Promise<HelloMessage> {
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
    inbox.readOne((message) => {
      if (message.type !== 'hello') settle(() => reject(new UnexpectedMessageError({ type: message.type })))
      else if (message.streamId !== streamId.toLowerCase())
        settle(() => reject(new WrongStreamError({ streamId: message.streamId })))
      else settle(() => resolve(message))
    })
    if (channel.closed) gone()
  })
}

/** The identity that the peer's HELLO proves. Throws `ForgedPaymentKeyError`. */
async function identify(hello: HelloMessage, channel: Channel, options: GreetOptions): Promise<Identity> {
  const { role, paymentKey, streamId } = hello
  const capabilities = fromBits(hello.capabilities)
  const signer = await signerOf(hello, channel, options)
  const isOwnKey = signer && paymentKey && isAddressEqual(signer, paymentKey)
  // A relay pays, and is paid, only under its registered key. If it could name any key, it could act under the payment key of another
  // party.
  if (signer && (await holdsRole(role, { signer, ...options })))
    return {
      ...{ streamId, role, address: signer, capabilities },
      paymentKey: role === 'relay' && !isOwnKey ? undefined : paymentKey,
    }
  // A relay without a proof gets no error: perhaps we do not know its registration yet. A viewer must sign with the payment key that it
  // names.
  if (role === 'viewer' && paymentKey && !isOwnKey) throw new ForgedPaymentKeyError({ paymentKey, signer })
  const provenKey = isOwnKey ? paymentKey : undefined
  return { streamId, role: 'viewer', address: undefined, capabilities, paymentKey: provenKey }
}

/** The address that signed the HELLO, if any. The peer signed its own view of the connection, in which local and remote are exchanged. */
async function signerOf(hello: HelloMessage, channel: Channel, options: GreetOptions) {
  const { signature, streamId, role, capabilities, paymentKey } = hello
  if (!signature) return undefined
  const connection = Hello.otherEnd(channel.connection)
  const signed = { streamId, role, capabilities, paymentKey, connection }
  try {
    return await options.recover(signed, signature)
  } catch {
    // A signature that cannot be checked proves nothing.
    return undefined
  }
}

async function holdsRole(
  role: Wire.Role,
  { signer, streamId, isRelay }: Pick<GreetOptions, 'streamId' | 'isRelay'> & { signer: Address },
): Promise<boolean> {
  if (role === 'viewer') return false
  if (role === 'broadcaster') return isAddressEqual(signer, StreamId.origin(streamId))
  try {
    return (await isRelay?.(signer)) ?? false
  } catch {
    // A relay that cannot be checked has proven nothing.
    return false
  }
}

export class HelloTimeoutError extends ProtocolError {
  override readonly name = 'greet.HelloTimeoutError'
  constructor({ helloTimeoutMs }: { helloTimeoutMs: number }) {
    super('The peer did not send HELLO in time.', { details: [`Waited: ${helloTimeoutMs} ms`] })
  }
}

export class WrongStreamError extends ProtocolError {
  override readonly name = 'greet.WrongStreamError'
  constructor({ streamId }: { streamId: Hex }) {
    super('The HELLO of the peer names another stream.', { details: [`Stream: ${streamId}`] })
  }
}

export class ForgedPaymentKeyError extends ProtocolError {
  override readonly name = 'greet.ForgedPaymentKeyError'
  constructor({ paymentKey, signer }: { paymentKey: Address; signer: Address | undefined }) {
    super('The peer names a payment key that has not signed its HELLO.', {
      details: [`Payment key: ${paymentKey}`, `Signed by: ${signer ?? 'no key'}`],
    })
  }
}
