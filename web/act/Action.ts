import type { Spending } from './allowance'
import type { ContractCall } from './ContractCall'

/** A transaction that a person has chosen, and the text that the person reads before the wallet asks for confirmation. */
export type Action = {
  review: Review
  call: ContractCall
  /** Set if the call takes tokens out of the wallet. */
  spending?: Spending
}

/** The text that a person reads before the wallet asks for confirmation. */
export type Review = {
  title: string
  /** The label of the button. */
  confirm: string
  /** The message after the transaction has succeeded. */
  done: string
  happens: string
  /** The time at which the effect starts or ends. */
  when: string
  /** What the person can lose. */
  risk: string
}
