/** Servers that the operator of a page adds to the trackers and STUN servers of the relays. */
export type Servers = {
  /** `ws://` or `wss://` addresses of WebTorrent trackers. */
  trackers?: readonly string[] | undefined
  /** STUN and TURN servers. */
  iceServers?: readonly RTCIceServer[] | undefined
}
