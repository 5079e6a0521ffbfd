import type { Spending } from './allowance'
import type { ContractCall } from './ContractCall'

/** A transaction that a person wants, and the text that they read before the wallet asks. */
export type Action = {
  review: Review
  call: ContractCall
  /** Set when the call takes token out of the wallet. */
  spending?: Spending
}

/** The text that a person reads before the wallet asks. */
export type Review = {
  title: string
  /** The label of the button. */
  confirm: string
  /** The message after the transaction. */
  done: string
  happens: string
  /** From when, or until when. */
  when: string
  /** What the person can lose. */
  risk: string
}
