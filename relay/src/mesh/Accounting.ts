import type { ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Capability } from './capabilities'
import type { Role } from './wire'

/** A connected peer, as its HELLO proved it. The same object from `met` to `left`. */
export type Party = {
  /** 20 bytes, from the tracker: a name, not a proof. */
  readonly id: Hex
  readonly role: Role
  /** The proven key of a relay or a broadcaster; `undefined` for a viewer. */
  readonly address: Address | undefined
  readonly capabilities: ReadonlySet<Capability>
  /** Signed in HELLO; `undefined`: the peer has none, or could not prove it. */
  readonly paymentKey: Address | undefined
}

/** One `data` message of a segment. */
export type Piece = {
  /** Of the level: the source's or a rendition's. */
  readonly streamId: Hex
  readonly sequenceNumber: bigint
  readonly byteLength: number
}

/** What `Accounting` may do with one connected peer. Does nothing after the peer has left. */
export type PartyLink = {
  /** Sends a payment message, at most `maxPaymentBytes` long. Throws `Wire.UnencodableError`. */
  send(payment: Uint8Array): void
  /**
   * The mesh may again ask the peer that rejected a request as `unpaid`. Call it when the peer has acknowledged a payment, not
   * when the payment is sent: until then a rejection may still be on its way.
   */
  askAgain(): void
}

/**
 * The port through which the mesh reports bytes and asks whether it may send more. The mesh does not know money; the
 * implementation may. No method may throw.
 */
export type Accounting = {
  /** A peer has connected, and its HELLO was checked. Called before all other methods for this peer. */
  met(party: Party, link: PartyLink): void
  /** The peer's channel has closed. `reason`: the rule that the peer broke, or the fault of its connection. */
  left(party: Party, reason: ProtocolError | undefined): void
  /** The peer sent a payment message: bytes of a stranger, at most `maxPaymentBytes`. */
  hear(party: Party, payment: Uint8Array): void
  /** Whether we may send this piece now. If not, the request is rejected as `unpaid`, even in the middle of an answer. */
  maySend(party: Party, piece: Piece): boolean
  /** The piece was handed to the network. */
  sent(party: Party, piece: Piece): void
  /**
   * The piece arrived: also if we cancelled the request meanwhile, because the peer counts it too. The payload is not
   * checked yet; if it turns out wrong, `left` follows with `Segment.WrongPayloadError`.
   */
  received(party: Party, piece: Piece): void
}

/** Serves every peer without payment. */
export const freeForAll: Accounting = {
  met: () => {},
  left: () => {},
  hear: () => {},
  maySend: () => true,
  sent: () => {},
  received: () => {},
}
