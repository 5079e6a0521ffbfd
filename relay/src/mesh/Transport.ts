import type { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Channel } from './Channel'
import type { DirectAddress } from './DirectAddress'
import type { Listenable } from './Emitter'
import type { Connections, Finder } from './Finder'

export * from './Channel'

/** The port to the network. `createTransport` makes its implementation for browser and Node. */
export type Transport = {
  /** 20 bytes: our id, the same in every room. */
  readonly peerId: Hex
  join(options: RoomOptions): Room
}

export type RoomOptions = {
  /** 20 bytes: `StreamId.infoHash(streamId)`. */
  infoHash: Hex
  /** `ws://` or `wss://` addresses of WebTorrent trackers. */
  trackers: readonly string[]
  /** Upper bound on open channels and connection attempts together. Default 16. */
  maxChannels?: number
  /** While fewer channels than this are open, the room announces often and makes offers. Default: `maxChannels`. */
  wantedChannels?: number
  /** Offers per announce. 0: the room only answers offers, which is enough for a relay with many viewers. Default 5. */
  offers?: number
  /**
   * `searching`: the time between two announces while fewer than `wantedChannels` channels are open. `satisfied`: the time in all
   * other cases. Default 5 s and 30 s. The room varies both times by up to 20 %.
   */
  announceIntervalMs?: { searching: number; satisfied: number }
  /** Relays to which the room connects without a tracker while it has few channels. */
  relays?: readonly DirectAddress[]
}

/** The port through which peers connect to us without a tracker. Only Node can listen. */
export type DirectListener = {
  /** Peers can connect to this room until we run the returned function. */
  open(infoHash: Hex, connections: Pick<Connections, 'accepts' | 'dial'>): () => void
}

export type RoomEvents = {
  /** A channel has opened. Its `close` event tells when the peer leaves. */
  channel: [channel: Channel]
  /** A tracker has become reachable or unreachable. Open channels do not need a tracker. */
  tracker: [state: { url: string; up: boolean }]
  /** A fault of a tracker or a peer that the room has handled. For logs and counters. */
  fault: [error: ProtocolError]
}

/**
 * A room of the tracker: all peers that announce the same infohash. Each stream has its own infohash. `Room` holds our channels to
 * some of these peers. (Outside the mesh, a room is a folder: see ARCHITECTURE.md.)
 */
export type Room = Listenable<RoomEvents> & {
  readonly infoHash: Hex
  /** Open channels by peer id. */
  readonly channels: ReadonlyMap<Hex, Channel>
  /** Adds a way to find peers. The room closes the finder when we leave. */
  find(finder: Finder): void
  /** Closes the channel to a peer. Refuses this peer if the same finder finds it again. */
  avoid(peerId: Hex, reason?: ProtocolError): void
  /** Tells the trackers that we leave, and closes every channel. */
  leave(): void
}
