import type { Reason } from './messages'

/** An event in the payments with one peer, for a page or an operator. Amounts in wei. */
export type PaymentEvent =
  /** We sent the peer a cheque. */
  | { type: 'paid'; amount: bigint }
  /** The peer has acknowledged our cheques for this amount. */
  | { type: 'acknowledged'; amount: bigint }
  /** We have taken a cheque of the peer, which pays us this amount. */
  | { type: 'earned'; amount: bigint }
  /** This amount of the peer's cheques has bounced. */
  | { type: 'bounced'; amount: bigint }
  /** The peer says that this amount of our cheques has bounced: our deposit is too small. */
  | { type: 'short'; amount: bigint }
  /** This amount is due, but the budget does not allow us to pay it now. */
  | { type: 'budget'; amount: bigint }
  /** The peer has refused our cheque or our price, or it has refused to send bytes. `amount`: see `messages.reasons`. */
  | { type: 'refused'; reason: Reason; amount: bigint }
  | { type: 'fault'; error: Error }
