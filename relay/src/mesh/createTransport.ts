import { bytesToHex, type Hex } from 'viem'
import { PeerRoom } from './Room'
import type { WebSocketConstructor } from './signaling'
import type { Transport } from './Transport'
import { Dialer, type WebRtcOptions } from './webrtc'

export type TransportOptions = WebRtcOptions & {
  /** Default: the global `WebSocket`, which Node 20 does not have. */
  WebSocket?: WebSocketConstructor
}

/** WebRTC data channels to peers, found through WebTorrent trackers. In Node pass `wrtc` and `WebSocket` from `node/wrtc`. */
export function createTransport({ WebSocket = globalThis.WebSocket, ...webRtc }: TransportOptions = {}): Transport {
  const peerId: Hex = bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
  const dialer = new Dialer(webRtc)
  return { peerId, join: (options) => new PeerRoom({ ...options, peerId, dialer, WebSocket }) }
}
