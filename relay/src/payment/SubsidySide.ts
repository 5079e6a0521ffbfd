import type { SignedAcknowledgement } from './Acknowledgement'
import type { PaymentLink } from './PaymentLink'
import type { SubsidyMessage } from './subsidyMessages'

/** What a `SubsidySide` needs of the `PaymentChannel` to one peer. */
export type SubsidyChannel = {
  /** We are a sponsor, and have agreed to pay so much, in wei. */
  owe(amount: bigint): void
  /** Takes at most `bytes` from the free allowance of the peer. Returns the number of bytes. */
  takeFree(bytes: number): number
  /** The peer does not send before we pay. */
  payAhead(link: PaymentLink): void
  readonly payer: { pay(link: PaymentLink): void }
  readonly seller: { unblock(link: PaymentLink): void }
}

/**
 * Our part in subsidised streams: `GuestDesk` of a viewer, `SponsoredDesk` of a relay, or `SponsorDesk` of a sponsor. Parties are payment keys in lower
 * case. The methods must not throw.
 */
export type SubsidySide = {
  met(link: PaymentLink, channel: SubsidyChannel): void
  left(link: PaymentLink): void
  hear(link: PaymentLink, message: SubsidyMessage): void
  /** Called twice in a second for each connection. */
  tick(link: PaymentLink): void
  /** The peer sent an acknowledgement. Returns whether it is about a subsidised stream. */
  hearAcknowledgement(link: PaymentLink, acknowledgement: SignedAcknowledgement): boolean
  /** The peer sent us correct bytes. */
  checked(link: PaymentLink, bytes: number): void
  /** The peer does not send before it is paid. */
  refused(link: PaymentLink): void
  /** Whether a sponsor pays for what the peer sends, so that we do not. */
  isPaidFor(link: PaymentLink): boolean
  /** We paid the peer, in wei. */
  paid(party: string, amount: bigint): void
  /** Serves the peer at the expense of a sponsor: at most `bytes`. Returns the number of bytes. */
  take(link: PaymentLink, bytes: number): number
  /** Whether the peer pays us for bytes to others. Its cheques pay for nothing else. */
  isSponsor(party: string): boolean
  /** We hold cheques of the peer up to this sum, without those that have bounced, in wei. */
  earned(party: string, held: bigint): void
  /**
   * If we are a sponsor: what our stored book says that we owe to this party, and have not written cheques for, in wei. Then this number counts, and not
   * the balance that a peer states.
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
