import type { Reason } from './messages'

/** What a page or an operator wants to know about the payments with one peer. Amounts in wei. */
export type PaymentEvent =
  /** We sent the peer a cheque. */
  | { type: 'paid'; amount: bigint }
  /** The peer holds our cheques over this amount. */
  | { type: 'acknowledged'; amount: bigint }
  /** We hold a cheque of the peer. */
  | { type: 'earned'; amount: bigint }
  /** Cheques of the peer over this amount have bounced. */
  | { type: 'bounced'; amount: bigint }
  /** The peer says that cheques of ours over this amount have bounced: our deposit is too small. */
  | { type: 'short'; amount: bigint }
  /** We should pay this amount, and the budget does not allow it now. */
  | { type: 'budget'; amount: bigint }
  /** The peer refused our cheque or our price, or to send; `amount`: see `messages.Reason`. */
  | { type: 'refused'; reason: Reason; amount: bigint }
  | { type: 'fault'; error: Error }
