import { type Hello, ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Listenable } from './Emitter'

export type ChannelEvents = {
  /** One whole message. Messages that arrive before the first listener is added are queued for it. */
  message: [bytes: Uint8Array]
  /** The queue was longer than `drainBytes`, and is now at most `drainBytes` long. */
  drain: []
  /** The channel has closed. Emitted once. `undefined`: no fault. */
  close: [reason: ProtocolError | undefined]
}

/** An ordered, reliable message channel to one remote peer. */
export type Channel = Listenable<ChannelEvents> & {
  /** 20 bytes: the id of the peer in the room. Over a WebSocket: random. Not proven. */
  readonly peerId: Hex
  /** Values that only this channel has: the fingerprints or nonces of both ends. The signature of HELLO covers them. */
  readonly connection: Hello.Connection
  readonly maxMessageBytes: number
  /** Queued bytes that the network has not taken yet. The value may be too high by the length of one message. */
  readonly bufferedAmount: number
  readonly closed: boolean
  /**
   * Queues one message. The caller must not change the bytes afterwards. Does nothing on a closed channel. Closes the channel
   * if more than `maxBufferedBytes` are queued. Throws `MessageTooLargeError`.
   */
  send(bytes: Uint8Array): void
  /** Closes the channel and drops the queued messages. */
  close(reason?: ProtocolError): void
}

/** Every WebRTC implementation can send 64 KiB as one message. */
export const maxMessageBytes = 64 * 1024
/** A WebRTC channel emits `drain` when its queue has shrunk to this length. A WebSocket emits `drain` when its queue is empty. */
export const drainBytes = 64 * 1024
/** The largest number of bytes that we queue for one slow peer. A sender of payloads waits for `drain` long before this limit. */
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
