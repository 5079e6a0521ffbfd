import type { ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Capability } from './capabilities'
import type { Role } from './wire'

/** A connected peer, as `greet` identified it. All methods of `Accounting`, from `met` to `left`, get the same object for this peer. */
export type Party = {
  /** 20 bytes: the id of the peer in the room. Not proven. */
  readonly id: Hex
  /** The source: the stream of the room in which we met the peer. */
  readonly streamId: Hex
  readonly role: Role
  /** The proven key of a relay or a broadcaster; `undefined` for a viewer. */
  readonly address: Address | undefined
  readonly capabilities: ReadonlySet<Capability>
  /**
   * The key under which the peer pays and is paid. Proven in HELLO, except the key of a broadcaster. `undefined`: the peer named no key, or
   * did not prove the key.
   */
  readonly paymentKey: Address | undefined
}

/** The bytes of a segment in one message of the type `data` or `piece`. */
export type Piece = {
  /** The StreamId of the source or of a rendition. */
  readonly streamId: Hex
  readonly sequenceNumber: bigint
  readonly byteLength: number
}

/** The actions of `Accounting` towards one connected peer. They have no effect after the peer has left. */
export type PartyLink = {
  /** Sends a payment message, at most `maxPaymentBytes` long. Throws `Wire.UnencodableError`. */
  send(payment: Uint8Array): void
  /**
   * Lets the mesh request segments from this peer again after the peer rejected a request as `unpaid`. Call `askAgain` when the
   * peer has acknowledged a payment. Do not call it when the payment is sent: an earlier rejection can still arrive.
   */
  askAgain(): void
  /** Call `ban` when the peer broke a rule of payments. The mesh closes the channel, and avoids this peer (see `Room.avoid`). */
  ban(reason: ProtocolError): void
}

/**
 * The port to payments. The mesh reports every piece, and asks before it sends a piece. Only the implementation knows about money.
 * The methods must not throw.
 */
export type Accounting = {
  /** A peer has connected, and its HELLO was checked. Called before all other methods for this peer. */
  met(party: Party, link: PartyLink): void
  /**
   * The peer's channel has closed. `reason`: the rule that the peer broke, or the fault of the connection; `undefined`: no fault.
   */
  left(party: Party, reason: ProtocolError | undefined): void
  /** The peer sent a payment message of at most `maxPaymentBytes` bytes. The bytes are not checked. */
  hear(party: Party, payment: Uint8Array): void
  /**
   * Whether the mesh is allowed to send this piece now. If `false`, the mesh rejects or declines the request with the reason `unpaid`, even
   * if it has already sent earlier pieces of the same answer. If the piece is a push, the mesh does not send it.
   */
  maySend(party: Party, piece: Piece): boolean
  /** The piece is in the send queue of the peer's channel. */
  sent(party: Party, piece: Piece): void
  /**
   * The piece arrived. Called even if we have cancelled the request, because the peer has counted the piece as sent. The bytes are
   * not checked yet. If the peer sent wrong bytes, `left` with `Segment.WrongPayloadError` or `PieceIntake.WrongPieceError` follows.
   */
  received(party: Party, piece: Piece): void
  /**
   * Received bytes match a signed header. Called once for each `piece` message, and once for a segment that came in `data` messages, with
   * the sum of its bytes. Not called for wrong bytes, nor for bytes that the mesh does not check, for example because it has cancelled the
   * request or does not know the header.
   */
  checked(party: Party, piece: Piece): void
}

/** Serves every peer without payment. */
export const freeForAll: Accounting = {
  met: () => {},
  left: () => {},
  hear: () => {},
  maySend: () => true,
  sent: () => {},
  received: () => {},
  checked: () => {},
}
