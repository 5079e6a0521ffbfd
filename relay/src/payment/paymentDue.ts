export type Debt = {
  /** `Ledger.due`. Negative: we have paid ahead. */
  due: bigint
  /** How much the peer lets us owe it, as the peer states it. */
  credit: bigint
  /** The peer refused to send until we pay. Only then do we pay ahead. */
  isAsked: boolean
}

export type PaymentHabit = {
  /** The usual amount of a cheque, in wei. We never owe much more. */
  step: bigint
  /** The most that we pay ahead, in wei: we lose it if the peer takes the cheque and sends nothing. */
  maxAdvance: bigint
}

/**
 * The amount of the next cheque, in wei. 0: none. After a payment we owe `target`, and we pay again when half of the room between `target` and
 * the credit is used. So the peer goes on sending while the cheque is on its way.
 */
export function paymentDue({ due, credit, isAsked }: Debt, { step, maxAdvance }: PaymentHabit): bigint {
  const target = isAsked ? max(min(credit - 2n * step, 0n), -maxAdvance) : 0n
  const trigger = min(target + (credit - target) / 2n, step)
  return due > trigger ? due - target : 0n
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
