import type { SignedAcknowledgement } from './Acknowledgement'
import type { Buyer, PaymentLink } from './PaymentLink'
import type { SubsidyMessage } from './subsidyMessages'

/** The part of the `PaymentChannel` to one peer that a `SubsidySide` uses. */
export type SubsidyChannel = {
  /** We are a sponsor, and have agreed to pay the peer this amount, in wei. */
  owe(amount: bigint): void
  /** Takes at most `bytes` from our free allowance for the peer. Returns the number of bytes that it took. */
  takeFree(bytes: number): number
  /** See `PaymentChannel.payAhead`. */
  payAhead(link: PaymentLink): void
  readonly payer: { pay(link: PaymentLink): void }
  readonly seller: { unblock(link: PaymentLink): void }
}

/**
 * Our role in subsidised streams: `GuestDesk` of a viewer, `SponsoredDesk` of a relay, or `SponsorDesk` of a sponsor. A `party` is a payment key in
 * lower case. The methods must not throw.
 */
export type SubsidySide = {
  met(link: PaymentLink, channel: SubsidyChannel): void
  left(link: PaymentLink): void
  hear(link: PaymentLink, message: SubsidyMessage): void
  /** Called twice in a second for each connection. */
  tick(link: PaymentLink): void
  /** The peer sent an acknowledgement. Returns true if it belongs to a subsidy, so that no other code counts it. */
  hearAcknowledgement(link: PaymentLink, acknowledgement: SignedAcknowledgement): boolean
  /** The peer sent us correct bytes. */
  checked(link: PaymentLink, bytes: number): void
  /** The peer refuses to send unpaid bytes. */
  refused(link: PaymentLink): void
  /** Whether a sponsor pays for the bytes that the peer sends us. If so, we do not pay. */
  isPaidFor(link: PaymentLink): boolean
  /** We have paid the peer this amount, in wei. */
  paid(party: string, amount: bigint): void
  /** Takes at most `bytes` for the peer at the expense of a sponsor. Over HTTP, `buyer` is no connection. Returns the number of bytes that it took. */
  take(buyer: Buyer, { party, bytes }: { party: string; bytes: number }): number
  /** Whether the peer is a sponsor: its cheques pay us for bytes to viewers, and for nothing else. */
  isSponsor(party: string): boolean
  /** The sum of the peer's cheques that we hold has changed. `held`: this sum without bounced amounts, in wei. */
  earned(party: string, held: bigint): void
  /**
   * If we are a sponsor: our debt to this party in our stored book, minus our cheques, in wei. This number counts, and not the balance that the party
   * states. `undefined`: we are not a sponsor.
   */
  owedTo(party: string): bigint | undefined
}

/** Takes no part in subsidised streams. */
export const noSubsidy: SubsidySide = {
  met: () => {},
  left: () => {},
  hear: () => {},
  tick: () => {},
  hearAcknowledgement: () => false,
  checked: () => {},
  refused: () => {},
  isPaidFor: () => false,
  paid: () => {},
  take: () => 0,
  isSponsor: () => false,
  earned: () => {},
  owedTo: () => undefined,
}
