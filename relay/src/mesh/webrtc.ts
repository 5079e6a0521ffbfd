/// <reference path="./simple-peer.d.ts" />
import type { Hello, ProtocolError } from '@lp/contracts/protocol'
import SimplePeer from 'simple-peer'
import type { Hex } from 'viem'
import type { DirectAddress } from './DirectAddress'
import * as DirectCall from './DirectCall'
import { Emitter } from './Emitter'
import * as Sdp from './sdp'
import {
  type Channel,
  type ChannelEvents,
  ConnectError,
  ConnectionLostError,
  drainBytes,
  MessageTooLargeError,
  maxBufferedBytes,
  maxMessageBytes,
  SlowPeerError,
  TextMessageError,
} from './Transport'

/** The WebRTC classes. A browser has them; Node gets them from `node/wrtc`. */
export type Wrtc = SimplePeer.Wrtc

export type WebRtcOptions = {
  /** Default: the global `RTCPeerConnection`. Node has none. */
  wrtc?: Wrtc
  /** STUN and TURN servers. Default none, which is enough when one of the two peers has a public address. */
  iceServers?: readonly RTCIceServer[]
}

/** Our side of a connection. It waits for the remote peer's description, and ends when the signal aborts. */
export type Half = {
  sdp: string
  /** Rejects with `ConnectError`, or `Sdp.MalformedError`. */
  connect(remote: Remote): Promise<Channel>
}

/** The id of the remote peer, and its session description. */
export type Remote = { peerId: Hex; sdp: string }

/**
 * Time limit for the search for ICE candidates, because a STUN server sometimes does not answer. We then use the candidates that were
 * found.
 */
const gatherTimeoutMs = 2_000

/** Builds data channels from session descriptions. The user of this class exchanges the descriptions with the remote peer. */
export class Dialer {
  readonly #options: WebRtcOptions

  constructor(options: WebRtcOptions) {
    this.#options = options
  }

  /** Makes an offer. The peer that will answer is not known yet. */
  async offer(signal: AbortSignal): Promise<Half> {
    const connection = new Connection({ ...this.#options, initiator: true, signal })
    const local = Sdp.parse(await connection.description)
    const connect = async ({ peerId, sdp }: Remote) => {
      const remote = Sdp.parse(sdp)
      connection.signal({ type: 'answer', sdp: remote.text })
      return connection.open({ peerId, connection: () => certificates({ local, remote }) })
    }
    return { sdp: local.text, connect }
  }

  /** Answers an offer. The channel opens when the caller has received `sdp`. */
  async answer(caller: Remote, signal: AbortSignal): Promise<{ sdp: string; channel: Promise<Channel> }> {
    const remote = Sdp.parse(caller.sdp)
    const connection = new Connection({ ...this.#options, initiator: false, signal })
    connection.signal({ type: 'offer', sdp: remote.text })
    const local = Sdp.parse(await connection.description)
    const identity = { peerId: caller.peerId, connection: () => certificates({ local, remote }) }
    return { sdp: local.text, channel: connection.open(identity) }
  }

  /** Connects to a relay without signaling. Rejects with `ConnectError`. */
  async dial({ address, infoHash, peerId }: DirectDial, signal: AbortSignal): Promise<Channel> {
    // The relay sees the address from which our packets come, so we need no STUN server.
    const half = await new Dialer({ ...this.#options, iceServers: [] }).offer(signal)
    const user = DirectCall.toUser({ infoHash, peerId, password: DirectCall.passwordIn(half.sdp) })
    const sdp = DirectCall.answer({ address, user, offer: half.sdp })
    return half.connect({ peerId: DirectCall.peerIdOf(address), sdp })
  }
}

export type DirectDial = {
  address: DirectAddress
  infoHash: Hex
  /** Our own id. */
  peerId: Hex
}

/**
 * The relay's end of `Dialer.dial`. `wrtc` makes connections with the relay's long-lived certificate. `connection` is called when the
 * caller has shown its certificate. Rejects with `ConnectError`.
 */
export async function answerDirect(
  { wrtc, offer, ...identity }: { wrtc: Wrtc; offer: string; peerId: Hex; connection(): Hello.Connection },
  signal: AbortSignal,
): Promise<Channel> {
  const connection = new Connection({ wrtc, initiator: false, signal })
  connection.signal({ type: 'offer', sdp: offer })
  return connection.open(identity)
}

type Description = ReturnType<typeof Sdp.parse>

const certificates = ({ local, remote }: { local: Description; remote: Description }): Hello.Connection => ({
  ...{ localFingerprint: local.fingerprint, remoteFingerprint: remote.fingerprint },
})

/** A simple-peer whose channel is not open yet. */
class Connection {
  readonly #peer: SimplePeer
  /** Our description, with all candidates. */
  readonly description: Promise<string>
  readonly #connected: Promise<void>
  readonly #signal: AbortSignal
  readonly #abort = () => this.#peer.destroy()

  constructor({
    initiator,
    signal,
    wrtc,
    iceServers = [],
  }: WebRtcOptions & { initiator: boolean; signal: AbortSignal }) {
    const peer = new SimplePeer({
      initiator,
      trickle: false,
      objectMode: true,
      iceCompleteTimeout: gatherTimeoutMs,
      config: { iceServers },
      ...(wrtc && { wrtc }),
    })
    this.#peer = peer
    let cause: unknown = 'the connection closed before it opened'
    peer.on('error', (error) => {
      cause = error
    })
    const broken = new Promise<never>((_, reject) => peer.on('close', () => reject(new ConnectError({ cause }))))
    this.description = Promise.race([
      broken,
      new Promise<string>((resolve) => peer.on('signal', ({ sdp }) => sdp && resolve(sdp))),
    ])
    this.#connected = Promise.race([broken, new Promise<void>((resolve) => peer.on('connect', resolve))])
    // Without these lines, a failure that no caller awaits would end the process.
    this.#connected.catch(() => {})
    this.description.catch(() => {})
    this.#signal = signal
    signal.addEventListener('abort', this.#abort)
    if (signal.aborted) this.#abort()
  }

  signal(description: { type: 'offer' | 'answer'; sdp: string }) {
    try {
      this.#peer.signal(description)
    } catch (cause) {
      throw new ConnectError({ cause })
    }
  }

  async open({ peerId, connection }: { peerId: Hex; connection(): Hello.Connection }): Promise<Channel> {
    await this.#connected
    if (this.#peer.destroyed) throw new ConnectError({ peerId, cause: 'the connection closed while it opened' })
    // From now on, the owner closes the channel. The signal only ends the attempt to connect.
    this.#signal.removeEventListener('abort', this.#abort)
    return new WebRtcChannel(this.#peer, { peerId, connection: connection() })
  }
}

class WebRtcChannel extends Emitter<ChannelEvents> implements Channel {
  readonly peerId: Hex
  readonly connection: Channel['connection']
  readonly maxMessageBytes = maxMessageBytes
  readonly #peer: SimplePeer
  #queuedBytes = 0
  #draining = false
  #listening = false
  #closed = false

  constructor(peer: SimplePeer, { peerId, connection }: Pick<Channel, 'peerId' | 'connection'>) {
    super()
    this.#peer = peer
    this.peerId = peerId
    this.connection = connection
    let cause: Error | undefined
    peer.on('error', (error) => {
      cause = error
    })
    peer.on('close', () => this.#end(cause && new ConnectionLostError({ peerId, cause })))
  }

  override on<Name extends keyof ChannelEvents>(name: Name, listener: (...args: ChannelEvents[Name]) => void) {
    const stop = super.on(name, listener)
    if (name === 'message' && !this.#listening) {
      this.#listening = true
      this.#peer.on('data', (chunk) => this.#receive(chunk))
    }
    return stop
  }

  get bufferedAmount() {
    return this.#closed ? 0 : this.#queuedBytes + this.#peer.bufferSize
  }

  get closed() {
    return this.#closed
  }

  send(bytes: Uint8Array) {
    if (bytes.length > maxMessageBytes) throw new MessageTooLargeError({ bytes: bytes.length })
    if (this.#closed) return
    this.#queuedBytes += bytes.length
    this.#peer.write(bytes, () => this.#written(bytes.length))
    const { bufferedAmount } = this
    this.#draining ||= bufferedAmount > drainBytes
    if (bufferedAmount > maxBufferedBytes) this.close(new SlowPeerError({ bufferedAmount }))
  }

  close(reason?: ProtocolError) {
    if (this.#closed) return
    this.#peer.destroy()
    this.#end(reason)
  }

  #receive(chunk: Uint8Array | string) {
    if (this.#closed) return
    if (typeof chunk === 'string') this.close(new TextMessageError())
    else if (chunk.length > maxMessageBytes) this.close(new MessageTooLargeError({ bytes: chunk.length }))
    // simple-peer emits instances of its own Buffer class. Listeners get a plain Uint8Array.
    else this.emit('message', new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }

  #written(bytes: number) {
    this.#queuedBytes -= bytes
    if (this.#closed || !this.#draining || this.#queuedBytes > 0) return
    this.#draining = false
    this.emit('drain')
  }

  #end(reason: ProtocolError | undefined) {
    if (this.#closed) return
    this.#closed = true
    this.emit('close', reason)
  }
}
