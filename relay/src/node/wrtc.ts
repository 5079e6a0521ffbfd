import { ProtocolError } from '@lp/contracts/protocol'
import { cleanup as cleanupNative, PeerConnection as NativePeerConnection } from 'node-datachannel'
import polyfill from 'node-datachannel/polyfill'
import WebSocketClient from 'ws'
import { logOf } from '../log'
import { splitCandidates } from '../mesh/sdp'
import { maxTrackerMessageBytes } from '../mesh/trackerMessage'
import type { Wrtc } from '../mesh/webrtc'
import type { Certificate } from './certificate'

const log = logOf('node')

export type NodeWebRtc = {
  wrtc: Wrtc
  /** The relay's end of a call without signaling. */
  answerer(options: AnswererOptions): Answerer
  /**
   * Closes every connection and ends the native threads, which keep the process alive. No connection works afterwards, so call
   * this method last, and then exit.
   */
  cleanup(): void
}

export type AnswererOptions = Certificate & {
  /** Our ICE user name fragment, which the caller has chosen, and our ICE password. */
  user: string
  password: string
}

export type Answerer = {
  /** Makes one connection. Our end of the connection is on loopback, at `port`. The connection accepts every certificate of the caller. */
  wrtc: Wrtc
  port: Promise<number>
  /** The hash of the caller's certificate: `sha-256 ab:cd:…`. Call this only after the connection has opened. */
  fingerprint(): string
}

/**
 * How long the answerer waits before it connects. Without this wait, libdatachannel connects before the offerer has the answer.
 * The answerer's first DTLS message is then lost, and is repeated only after a second. Also, the offerer sometimes checks the
 * certificate before it has the fingerprint, and then the connection fails.
 */
const answererWaitMs = 250

/** The polyfill's connection, but no error contains a credential: the polyfill's error contains the whole configuration of a server. */
class BaseConnection extends polyfill.RTCPeerConnection {
  constructor({ iceServers = [], ...config }: RTCConfiguration) {
    try {
      super({ ...config, iceServers: iceServers.map(withEscapes) })
    } catch {
      throw new ConfigurationError({ urls: iceServers.flatMap(({ urls }) => urls) })
    }
  }
}

/** WebRTC for Node, by node-datachannel. `bindAddress` 127.0.0.1 uses loopback only. */
export function createWrtc({ bindAddress }: { bindAddress?: string } = {}): NodeWebRtc {
  const living = new Set<PeerConnection>()

  /** Corrects the polyfill where it differs from browsers. */
  class PeerConnection extends BaseConnection {
    #gatheringEvents = 0
    #closed = false

    constructor(config: RTCConfiguration) {
      super({ ...config, ...(bindAddress && { bindAddress }) })
      living.add(this)
      // The polyfill creates the promises of the offer and the answer in its constructor. It rejects them if the connection closes before
      // they resolve.
      super.createOffer().catch(ignored)
      super.createAnswer().catch(ignored)
      // The polyfill emits no event after the last candidate.
      this.addEventListener('icegatheringstatechange', () => this.#gatheringChanged())
    }

    override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      if (this.#closed) return
      const { description, candidates } = splitCandidates(sdp)
      await super.setRemoteDescription({ type, sdp: description })
      const add = () => {
        for (const candidate of candidates)
          if (!this.#closed) super.addIceCandidate({ candidate, sdpMid: '0' }).catch(ignored)
      }
      if (type === 'offer') setTimeout(add, answererWaitMs)
      else add()
    }

    override close() {
      if (this.#closed) return
      this.#closed = true
      living.delete(this)
      super.close()
    }

    /**
     * The library reports the state twice: `in-progress`, then `complete`. The state is read late, so it can be `complete` at both events,
     * and then candidates can still follow the first event.
     */
    #gatheringChanged() {
      this.#gatheringEvents++
      if (this.#gatheringEvents !== 2 || this.#closed) return
      const emit = () => this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null }))
      // The events of the candidates have another queue. Between two immediates, Node empties all queues of native threads.
      setImmediate(() => setImmediate(emit))
    }
  }

  const answerer = ({ certificatePem, keyPem, user, password }: AnswererOptions): Answerer => {
    const native = new NativePeerConnection('direct', {
      ...{ iceServers: [], bindAddress: '127.0.0.1', certificatePemFile: certificatePem, keyPemFile: keyPem },
      // Without this option, the answer is made before we can set the ICE user.
      disableAutoNegotiation: true,
      disableFingerprintVerification: true,
    })
    let found: (port: number) => void = () => {}
    class DirectConnection extends PeerConnection {
      constructor(config: RTCConfiguration) {
        super({ ...config, peerConnection: native } as RTCConfiguration)
        this.addEventListener('icecandidate', (event) => {
          const [, port] =
            / 127\.0\.0\.1 (\d+) /.exec((event as RTCPeerConnectionIceEvent).candidate?.candidate ?? '') ?? []
          if (port) found(Number(port))
        })
      }

      override createAnswer() {
        native.setLocalDescription('answer', { iceUfrag: user, icePwd: password })
        return super.createAnswer()
      }
    }
    return {
      wrtc: wrtcOf(DirectConnection),
      port: new Promise((resolve) => {
        found = resolve
      }),
      fingerprint() {
        const { algorithm, value } = native.remoteFingerprint()
        return `${algorithm} ${value}`.toLowerCase()
      },
    }
  }

  return {
    wrtc: wrtcOf(PeerConnection),
    answerer,
    cleanup() {
      for (const connection of living) connection.close()
      cleanupNative()
    },
  }
}

/** The polyfill writes user name and credential into one URL, so their characters must not end a part of this URL. */
const withEscapes = ({ username, credential, ...server }: RTCIceServer): RTCIceServer => ({
  ...server,
  ...(username && { username: encodeURIComponent(username) }),
  ...(credential && { credential: encodeURIComponent(credential) }),
})

/** A WebSocket for `signaling` that limits the size of a tracker's messages. */
export class WebSocket extends WebSocketClient {
  constructor(url: string) {
    super(url, { maxPayload: maxTrackerMessageBytes, perMessageDeflate: false, handshakeTimeout: 10_000 })
  }
}

/** Logs a failure that the state of the connection also shows. */
const ignored = (error: Error) => log.debug('WebRTC refused a step', () => ({ message: error.message }))

/** The polyfill declares its class without the events that `addEventListener` names. */
const wrtcOf = (RTCPeerConnection: unknown): Wrtc => ({ RTCPeerConnection }) as Wrtc

export class ConfigurationError extends ProtocolError {
  override readonly name = 'wrtc.ConfigurationError'
  constructor({ urls }: { urls: readonly string[] }) {
    super('The WebRTC library refuses its configuration.', { details: [`STUN and TURN servers: ${urls.join(', ')}`] })
  }
}
