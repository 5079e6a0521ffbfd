import { InsufficientFundsError } from 'viem'
import type { Problem } from '../ui/Problem'
import { causeOf, problemOf, revertOf } from '../wallet/problemOf'
import { TransactionError } from './TransactionError'

/** Gives the sentence for a contract's custom error. `facts` are the arguments of the error, in the order of the declaration. */
export type Refusal = (facts: readonly unknown[]) => Problem

/** The sentence for a failed action. `refusals` has the sentences of the feature, by the name of the custom error. */
export function refusalOf(error: unknown, refusals: Readonly<Record<string, Refusal>>): Problem {
  const cause = error instanceof TransactionError ? error.cause : error
  const revert = revertOf(cause)
  const refusal = revert && refusals[revert.name]
  if (refusal) return refusal(revert.facts)
  if (causeOf(cause, InsufficientFundsError))
    return {
      sentence: 'The wallet holds too little ether for the network fee.',
      nextStep: 'Send a little ether to the wallet, and try again.',
    }
  return error instanceof TransactionError ? error.problem : problemOf(error)
}
