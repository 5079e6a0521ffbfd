import { bytesToHex, type Hex } from 'viem'
import { PeerRoom } from './Room'
import type { WebSocketConstructor } from './signaling'
import type { Transport } from './Transport'
import { Dialer, type WebRtcOptions } from './webrtc'

export type TransportOptions = WebRtcOptions & {
  /** 20 bytes. Default: random. */
  peerId?: Hex
  /** Default: the global `WebSocket`, which Node 20 does not have. */
  WebSocket?: WebSocketConstructor
}

/** WebRTC data channels to peers, found through WebTorrent trackers. In Node pass `wrtc` and `WebSocket` from `node/wrtc`. */
export function createTransport(options: TransportOptions = {}): Transport {
  const { peerId = randomPeerId(), WebSocket = globalThis.WebSocket, ...webRtc } = options
  const dialer = new Dialer(webRtc)
  return { peerId, join: (options) => new PeerRoom({ ...options, peerId, dialer, WebSocket }) }
}

const randomPeerId = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
