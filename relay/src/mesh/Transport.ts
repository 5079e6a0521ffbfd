import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Listenable } from './Emitter'

/** The port through which the mesh reaches the world. `webrtc` + `signaling` implement it for browser and Node. */
export type Transport = {
  /** 20 bytes, the name under which trackers know us; the same in every room. */
  readonly peerId: Hex
  join(options: RoomOptions): Room
}

export type RoomOptions = {
  /** 20 bytes: `StreamId.infoHash(streamId)`. */
  infoHash: Hex
  /** `ws://` or `wss://` addresses of WebTorrent trackers. */
  trackers: readonly string[]
  /** No more channels than this are held or built at a time. Default 16. */
  maxChannels?: number
  /** Below so many channels we announce often and offer. Default: `maxChannels`. */
  wantedChannels?: number
  /** Offers per announce; 0 waits to be called, as a relay of many viewers may. Default 5. */
  offers?: number
  /** How often to announce while channels are wanted, and when not. Default 5 s and 30 s, with jitter. */
  announceIntervalMs?: { wanting: number; content: number }
}

export type RoomEvents = {
  /** A new channel, open. Listen to its `close` to know when the peer has gone. */
  channel: [channel: Channel]
  /** A tracker answers, or does no more. Channels go on without trackers. */
  tracker: [state: { url: string; up: boolean }]
  /** Something outside went wrong and was dealt with: for logs and counters. */
  fault: [error: ProtocolError]
}

/** The peers of one stream, as far as we hold channels to them. */
export type Room = Listenable<RoomEvents> & {
  readonly infoHash: Hex
  /** Open channels by peer id. */
  readonly channels: ReadonlyMap<Hex, Channel>
  /** Closes the channel to a peer and builds none to it any more. */
  avoid(peerId: Hex, reason?: ProtocolError): void
  /** Says good-bye to the trackers and closes every channel. */
  leave(): void
}

export type ChannelEvents = {
  /** One whole message. None is lost: messages wait for the first listener. */
  message: [bytes: Uint8Array]
  /** What `send` queued has been handed to the network, after `bufferedAmount` was above `drainBytes`. */
  drain: []
  /** Once, whoever closed. No reason: in good order. */
  close: [reason: ProtocolError | undefined]
}

/** An ordered, reliable message channel to one remote peer. */
export type Channel = Listenable<ChannelEvents> & {
  /** 20 bytes, from the tracker: a name, not a proof. */
  readonly peerId: Hex
  /** The DTLS certificates of this very connection: `sha-256 ab:cd:…`, lower case. HELLO signs both. */
  readonly fingerprints: { readonly local: string; readonly remote: string }
  readonly maxMessageBytes: number
  /** Bytes accepted and not yet handed to the network; an upper bound, at most one message too high. */
  readonly bufferedAmount: number
  readonly closed: boolean
  /**
   * Queues one message; the bytes are the channel's from now on. Does nothing on a closed channel. Throws
   * `MessageTooLargeError`. A peer that lets `maxBufferedBytes` pile up is cut off.
   */
  send(bytes: Uint8Array): void
  /** Drops what is still queued. */
  close(reason?: ProtocolError): void
}

/** Every WebRTC implementation carries 64 KiB whole. */
export const maxMessageBytes = 64 * 1024
/** Below this a channel wants more. */
export const drainBytes = 64 * 1024
/** What we hold for one slow peer. Senders of much wait for `drain` long before. */
export const maxBufferedBytes = 16 * 1024 * 1024

export class MessageTooLargeError extends ProtocolError {
  override readonly name = 'Transport.MessageTooLargeError'
  constructor({ bytes }: { bytes: number }) {
    super('The message is too large for one channel message.', {
      details: [`Bytes: ${bytes}`, `Allowed: ${maxMessageBytes}`],
    })
  }
}

export class TextMessageError extends ProtocolError {
  override readonly name = 'Transport.TextMessageError'
  constructor() {
    super('The peer sent text where only bytes are spoken.')
  }
}

export class SlowPeerError extends ProtocolError {
  override readonly name = 'Transport.SlowPeerError'
  constructor({ bufferedAmount }: { bufferedAmount: number }) {
    super('The peer takes its messages too slowly.', {
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
    super('No connection to the peer could be made.', {
      details: [...(peerId ? [`Peer: ${peerId}`] : []), `Cause: ${cause}`],
      cause,
    })
  }
}
