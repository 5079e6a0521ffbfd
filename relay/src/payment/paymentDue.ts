export type Debt = {
  /** `Ledger.due`. Negative: we have paid in advance. */
  due: bigint
  /** The credit that the peer has offered us, in wei. */
  credit: bigint
  /** Whether we also pay in advance: at least once, the peer has asked us to pay before it sends more bytes. */
  isAsked: boolean
  /** The peer refuses to send now, because the next bytes would exceed the credit that it allows us. Default `false`. */
  isRefused?: boolean
}

export type PaymentHabit = {
  /** The usual amount of a cheque, in wei. We never owe much more. */
  step: bigint
  /** The largest sum that we pay in advance, in wei. We lose this sum if the peer takes the cheque and sends nothing. */
  maxAdvance: bigint
}

/**
 * The amount of the next cheque, in wei. 0: no cheque is due. After a payment, our debt is `target`. The next payment is due when our debt is above the
 * middle between `target` and the credit, or above one step. So the debt does not reach the credit while the cheque is on its way, and the peer
 * continues to send.
 */
export function paymentDue(
  { due, credit, isAsked, isRefused = false }: Debt,
  { step, maxAdvance }: PaymentHabit,
): bigint {
  const target = isAsked ? max(min(credit - 2n * step, 0n), -maxAdvance) : 0n
  // While the peer refuses to send, each cheque must pay more than an eighth of a step. Otherwise the peer could refuse after each byte, and get a
  // cheque for each byte.
  const trigger = isRefused ? target + step / 8n : min(target + (credit - target) / 2n, step)
  return due > trigger ? due - target : 0n
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
