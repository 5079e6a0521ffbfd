import { bytesToHex, type Hex } from 'viem'
import { DirectFinder, listening } from './DirectFinder'
import { PeerRoom } from './Room'
import type { WebSocketConstructor } from './signaling'
import type { DirectListener, RoomOptions, Transport } from './Transport'
import { Dialer, type WebRtcOptions } from './webrtc'

export type TransportOptions = WebRtcOptions & {
  /** 20 bytes. Default: random. */
  peerId?: Hex | undefined
  /** Default: the global `WebSocket`, which Node 20 does not have. */
  WebSocket?: WebSocketConstructor
  /** With this option, peers can connect to our rooms without a tracker. */
  listener?: DirectListener | undefined
}

/**
 * Makes a transport over WebRTC data channels. Its rooms find peers through WebTorrent trackers, and connect to the relays whose address is
 * known. In Node, pass `wrtc` and `WebSocket` from `node/wrtc`.
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const { peerId = randomPeerId(), WebSocket = globalThis.WebSocket, listener, ...webRtc } = options
  const dialer = new Dialer(webRtc)
  const join = (options: RoomOptions) => {
    const { infoHash, relays = [] } = options
    const room = new PeerRoom({ ...options, peerId, dialer, WebSocket })
    if (relays.length > 0)
      room.find(
        new DirectFinder({ relays, dial: (address, signal) => dialer.dial({ address, infoHash, peerId }, signal) }),
      )
    if (listener) room.find(listening(listener, infoHash))
    return room
  }
  return { peerId, join }
}

const randomPeerId = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
