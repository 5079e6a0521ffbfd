import { type Hello, ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Listenable } from './Emitter'

/** The port to the network. `webrtc` and `signaling` implement it for browser and Node. */
export type Transport = {
  /** 20 bytes: our name at the trackers, the same in every room. */
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
 * A room of the tracker: all peers that announce the same infohash, which stands for one stream. Holds our channels to some of
 * these peers. (In ARCHITECTURE.md the word room has another meaning: a folder.)
 */
export type Room = Listenable<RoomEvents> & {
  readonly infoHash: Hex
  /** Open channels by peer id. */
  readonly channels: ReadonlyMap<Hex, Channel>
  /** Closes the channel to a peer and refuses new connections with this peer. */
  avoid(peerId: Hex, reason?: ProtocolError): void
  /** Tells the trackers that we leave, and closes every channel. */
  leave(): void
}

export type ChannelEvents = {
  /** One whole message. Messages that arrive before the first listener is added are queued for it. */
  message: [bytes: Uint8Array]
  /** The network has taken all queued bytes, after more than `drainBytes` were queued. */
  drain: []
  /** We or the peer closed the channel. Emitted once. `undefined`: no fault. */
  close: [reason: ProtocolError | undefined]
}

/** An ordered, reliable message channel to one remote peer. */
export type Channel = Listenable<ChannelEvents> & {
  /** 20 bytes: the peer's name at the tracker, or random. Not proven. */
  readonly peerId: Hex
  /** What distinguishes this channel from every other channel. The signature of HELLO covers it. */
  readonly connection: Hello.Connection
  readonly maxMessageBytes: number
  /** Queued bytes that the network has not taken yet. The value may be too high by the length of one message. */
  readonly bufferedAmount: number
  readonly closed: boolean
  /**
   * Queues one message. The caller must not change the bytes afterwards. Does nothing on a closed channel. Closes the channel
   * when more than `maxBufferedBytes` are queued. Throws `MessageTooLargeError`.
   */
  send(bytes: Uint8Array): void
  /** Closes the channel and drops the queued messages. */
  close(reason?: ProtocolError): void
}

/** Every WebRTC implementation can send 64 KiB as one message. */
export const maxMessageBytes = 64 * 1024
/** After more than this many bytes were queued, a channel emits `drain` when its queue is empty. */
export const drainBytes = 64 * 1024
/** The most bytes that we queue for one slow peer. A sender of payloads waits for `drain` long before this limit. */
export const maxBufferedBytes = 16 * 1024 * 1024

export class MessageTooLargeError extends ProtocolError {
  override readonly name = 'Transport.MessageTooLargeError'
  constructor({ bytes }: { bytes: number }) {
    super('The message is too large for the channel.', {
      details: [`Bytes: ${bytes}`, `Allowed: ${maxMessageBytes}`],
    })
  }
}

export class TextMessageError extends ProtocolError {
  override readonly name = 'Transport.TextMessageError'
  constructor() {
    super('The peer sent a text message. Only binary messages are allowed.')
  }
}

export class SlowPeerError extends ProtocolError {
  override readonly name = 'Transport.SlowPeerError'
  constructor({ bufferedAmount }: { bufferedAmount: number }) {
    super('The peer receives its messages too slowly.', {
      details: [`Waiting: ${bufferedAmount} bytes`, `Allowed: ${maxBufferedBytes}`],
    })
  }
}

export class ConnectionLostError extends ProtocolError {
  override readonly name = 'Transport.ConnectionLostError'
  constructor({ peerId, cause }: { peerId: Hex; cause: unknown }) {
    super('The connection to the peer broke.', { details: [`Peer: ${peerId}`, `Cause: ${cause}`], cause })
  }
}

export class ConnectError extends ProtocolError {
  override readonly name = 'Transport.ConnectError'
  constructor({ peerId, cause }: { peerId?: Hex; cause: unknown }) {
    super('The connection to the peer could not be made.', {
      details: [...(peerId ? [`Peer: ${peerId}`] : []), `Cause: ${cause}`],
      cause,
    })
  }
}
