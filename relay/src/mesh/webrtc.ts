import type { Hello } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type Channel, ConnectError } from './Channel'
import type { DirectAddress } from './DirectAddress'
import * as DirectCall from './DirectCall'
import * as Sdp from './sdp'
import { WebRtcChannel } from './WebRtcChannel'

/** The WebRTC classes. A browser has them; Node gets them from `node/wrtc`. */
export type Wrtc = { RTCPeerConnection: new (config: RTCConfiguration) => RTCPeerConnection }

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
    const connection = new Connection({ ...this.#options, signal })
    const local = Sdp.parse(await connection.offer())
    const connect = async ({ peerId, sdp }: Remote) => {
      const remote = Sdp.parse(sdp)
      await connection.accept({ type: 'answer', sdp: remote.text })
      return connection.open({ peerId, connection: () => certificates({ local, remote }) })
    }
    return { sdp: local.text, connect }
  }

  /** Answers an offer. The channel opens when the caller has received `sdp`. */
  async answer(caller: Remote, signal: AbortSignal): Promise<{ sdp: string; channel: Promise<Channel> }> {
    const remote = Sdp.parse(caller.sdp)
    const connection = new Connection({ ...this.#options, signal })
    const local = Sdp.parse(await connection.answer(remote.text))
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
  const connection = new Connection({ wrtc, signal })
  await connection.answer(offer)
  return connection.open(identity)
}

type Description = ReturnType<typeof Sdp.parse>

const certificates = ({ local, remote }: { local: Description; remote: Description }): Hello.Connection => ({
  ...{ localFingerprint: local.fingerprint, remoteFingerprint: remote.fingerprint },
})

/** A connection to one peer, with one data channel that is not open yet. */
class Connection {
  readonly #peer: RTCPeerConnection
  readonly #signal: AbortSignal
  /** Our description is complete. */
  readonly #gathered: Promise<void>
  /** Rejects with `ConnectError` if the connection ends before its channel is open. */
  readonly #broken: Promise<never>
  #fail: (cause: unknown) => void = () => {}
  #channel: RTCDataChannel | undefined
  readonly #early: unknown[] = []
  readonly #opened: Promise<void>
  #onOpen: () => void = () => {}
  readonly #abort = () => this.#fail('the attempt was ended')

  constructor({ signal, wrtc = globalThis, iceServers = [] }: WebRtcOptions & { signal: AbortSignal }) {
    try {
      this.#peer = new wrtc.RTCPeerConnection({ iceServers: [...iceServers] })
    } catch (cause) {
      throw new ConnectError({ cause })
    }
    const peer = this.#peer
    this.#opened = new Promise((resolve) => {
      this.#onOpen = resolve
    })
    this.#broken = new Promise((_, reject) => {
      this.#fail = (cause) => {
        reject(new ConnectError({ cause }))
        signal.removeEventListener('abort', this.#abort)
        peer.close()
      }
    })
    // Without this line, a failure that no caller awaits would end the process.
    this.#broken.catch(() => {})
    this.#gathered = new Promise((resolve) => {
      peer.onicecandidate = ({ candidate }) => candidate === null && resolve()
    })
    peer.onconnectionstatechange = () => {
      if (['failed', 'closed'].includes(peer.connectionState)) this.#fail('the connection closed before it opened')
    }
    this.#signal = signal
    signal.addEventListener('abort', this.#abort)
    if (signal.aborted) this.#abort()
  }

  /** Our offer, with all candidates. */
  offer(): Promise<string> {
    return this.#unlessBroken(async () => {
      this.#listen(this.#peer.createDataChannel('lp'))
      return this.#describe(await this.#peer.createOffer())
    })
  }

  /** Our answer to an offer, with all candidates. */
  answer(sdp: string): Promise<string> {
    this.#peer.ondatachannel = ({ channel }) => this.#listen(channel)
    return this.#unlessBroken(async () => {
      await this.#peer.setRemoteDescription({ type: 'offer', sdp })
      return this.#describe(await this.#peer.createAnswer())
    })
  }

  accept(description: { type: 'answer'; sdp: string }): Promise<void> {
    return this.#unlessBroken(() => this.#peer.setRemoteDescription(description))
  }

  async open({ peerId, connection }: { peerId: Hex; connection(): Hello.Connection }): Promise<Channel> {
    await this.#unlessBroken(() => this.#opened)
    const channel = this.#channel as RTCDataChannel
    if (channel.readyState !== 'open') throw new ConnectError({ peerId, cause: 'the channel closed while it opened' })
    // From now on, the owner closes the channel. The signal only ends the attempt to connect.
    this.#signal.removeEventListener('abort', this.#abort)
    const [peer, early] = [this.#peer, this.#early]
    return new WebRtcChannel({ peer, channel, early }, { peerId, connection: connection() })
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<string> {
    await this.#peer.setLocalDescription(description)
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, gatherTimeoutMs)
    })
    await Promise.race([this.#gathered, patience])
    clearTimeout(timer)
    // The description contains all candidates, and no others follow. So the remote peer needs not wait for more.
    return (this.#peer.localDescription ?? description).sdp?.replace(/^a=ice-options:trickle\r\n/gm, '') ?? ''
  }

  #listen(channel: RTCDataChannel) {
    this.#channel ??= channel
    if (this.#channel !== channel) return channel.close()
    channel.binaryType = 'arraybuffer'
    channel.onmessage = ({ data }) => this.#early.push(data)
    channel.onclose = () => this.#fail('the channel closed before it opened')
    if (channel.readyState === 'open') this.#onOpen()
    else channel.onopen = () => this.#onOpen()
  }

  async #unlessBroken<Value>(step: () => Promise<Value>): Promise<Value> {
    const taken = step().catch((cause: unknown) => {
      this.#fail(cause)
      return this.#broken
    })
    return Promise.race([this.#broken, taken])
  }
}
