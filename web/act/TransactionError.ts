import type { Problem } from '../ui/Problem'
import { NoWalletError } from '../wallet/NoWalletError'
import { problemOf, revertOf } from '../wallet/problemOf'

/**
 * The last stage that a failed transaction reached. `unsent`: the wallet did not send it, and it cost nothing. `sent`: the result is
 * unknown. `reverted`: the transaction is in a block, changed nothing, and cost the network fee.
 */
export type Stage = 'unsent' | 'sent' | 'reverted'

export class TransactionError extends Error {
  override readonly name = 'Act.TransactionError'
  readonly problem: Problem
  /** The custom error with which the contract refused the call. */
  readonly revert: ReturnType<typeof revertOf>
  constructor({ functionName, stage, cause }: { functionName: string; stage: Stage; cause: unknown }) {
    super(`Transaction ${functionName} failed (${stage}).`, { cause })
    this.revert = revertOf(cause)
    this.problem = problemAt(stage, cause)
  }
  static withoutWallet({ functionName }: { functionName: string }): TransactionError {
    return new TransactionError({ functionName, stage: 'unsent', cause: new NoWalletError() })
  }
}

function problemAt(stage: Stage, cause: unknown): Problem {
  if (stage === 'unsent') return problemOf(cause)
  if (stage === 'sent')
    return {
      sentence: problemOf(cause).sentence,
      nextStep: 'The transaction was sent. Look in your wallet whether it succeeded before you try again.',
    }
  return {
    sentence: 'The transaction failed, because the chain had changed in the meantime.',
    nextStep: 'You paid the network fee only. Check the numbers on the page, then try again.',
  }
}
