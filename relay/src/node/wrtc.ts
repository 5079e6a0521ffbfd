import { cleanup as cleanupNative } from 'node-datachannel'
import polyfill from 'node-datachannel/polyfill'
import WebSocketClient from 'ws'
import { splitCandidates } from '../mesh/sdp'
import { maxTrackerMessageBytes } from '../mesh/trackerMessage'
import type { Wrtc } from '../mesh/webrtc'

type Description = { type: 'offer' | 'answer'; sdp: string }

export type NodeWebRtc = {
  wrtc: Wrtc
  /**
   * Closes every connection and ends the native threads, which keep the process alive. Nothing here works after it:
   * call it last, then exit.
   */
  cleanup(): void
}

/**
 * How long an answerer leaves the first word to the offerer. libdatachannel connects to an offerer that does not have the
 * answer yet; its DTLS greeting is then lost and repeated only after a second. And an offerer that is connected to while it
 * reads the answer may check the certificate before it has the fingerprint, and fails.
 */
const answererWaitMs = 250

/** What a browser has and Node lacks: WebRTC, by node-datachannel. `bindAddress` 127.0.0.1 keeps to loopback. */
export function createWrtc({ bindAddress }: { bindAddress?: string } = {}): NodeWebRtc {
  const living = new Set<PeerConnection>()

  /** The polyfill, made to behave as simple-peer expects of a browser. */
  class PeerConnection extends polyfill.RTCPeerConnection {
    #gathered = false
    #connected = false
    #closed = false

    constructor(config: RTCConfiguration) {
      super({ ...config, ...(bindAddress && { bindAddress }) })
      living.add(this)
      // A description that can no longer be made is nobody's concern once the connection is closed.
      super.createOffer().catch(() => {})
      super.createAnswer().catch(() => {})
      // The polyfill never says that there are no more candidates, and a description without trickle waits for that.
      this.addEventListener('icegatheringstatechange', () => this.#gatheringChanged())
    }

    // Its descriptions have getters only; simple-peer rewrites `sdp`.
    override async createOffer(): Promise<Description> {
      return plain(await super.createOffer())
    }

    override async createAnswer(): Promise<Description> {
      return plain(await super.createAnswer())
    }

    /** Before it ever connected, closed is failed: simple-peer would wait for ever. */
    override get connectionState() {
      const state = super.connectionState
      this.#connected ||= state === 'connected'
      return state === 'closed' && !this.#connected && !this.#closed ? 'failed' : state
    }

    override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      if (this.#closed) return
      const { description, candidates } = splitCandidates(sdp)
      await super.setRemoteDescription({ type, sdp: description })
      const add = () => {
        for (const candidate of candidates)
          if (!this.#closed) super.addIceCandidate({ candidate, sdpMid: '0' }).catch(() => {})
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

    #gatheringChanged() {
      if (this.#gathered || this.#closed || this.iceGatheringState !== 'complete') return
      this.#gathered = true
      // After the candidates, which are on their way through the same queue.
      setImmediate(() => this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null })))
    }
  }

  return {
    wrtc: {
      RTCPeerConnection: PeerConnection,
      RTCSessionDescription: polyfill.RTCSessionDescription,
      RTCIceCandidate: polyfill.RTCIceCandidate,
    },
    cleanup() {
      for (const connection of living) connection.close()
      cleanupNative()
    },
  }
}

/** A WebSocket for `signaling` that takes no more from a tracker than a tracker has to say. */
export class WebSocket extends WebSocketClient {
  constructor(url: string) {
    super(url, { maxPayload: maxTrackerMessageBytes, perMessageDeflate: false, handshakeTimeout: 10_000 })
  }
}

const plain = ({ type, sdp }: Description): Description => ({ type, sdp })
