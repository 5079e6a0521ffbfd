import type { Problem } from '../ui/Problem'
import { NoWalletError } from '../wallet/NoWalletError'
import { problemOf, revertOf } from '../wallet/problemOf'

/**
 * The last stage that a failed transaction reached. `unsent`: the wallet did not send the transaction, so it cost nothing. `sent`:
 * the result is unknown. `dropped`: the chain and the mempool do not know the transaction any more. `cancelled`: instead of the
 * transaction, a block has a transfer of 0 wei from the account to itself. `replaced`: instead of the transaction, a block has
 * another transaction of the account. `reverted`: the transaction is in a block, changed nothing, and cost the network fee.
 */
export type Stage = 'unsent' | 'sent' | 'dropped' | 'cancelled' | 'replaced' | 'reverted'

export class TransactionError extends Error {
  override readonly name = 'Act.TransactionError'
  readonly problem: Problem
  readonly stage: Stage
  /** The custom error with which the contract refused the call. */
  readonly revert: ReturnType<typeof revertOf>
  constructor({ functionName, stage, cause }: { functionName: string; stage: Stage; cause: unknown }) {
    super(`Transaction ${functionName} failed (${stage}).`, { cause })
    this.stage = stage
    this.revert = revertOf(cause)
    this.problem = problemAt(stage, cause)
  }
  static withoutWallet({ functionName }: { functionName: string }): TransactionError {
    return new TransactionError({ functionName, stage: 'unsent', cause: new NoWalletError() })
  }
}

function problemAt(stage: Stage, cause: unknown): Problem {
  switch (stage) {
    case 'unsent':
      return problemOf(cause)
    case 'sent':
      return {
        sentence: problemOf(cause).sentence,
        nextStep: 'The transaction was sent. Before you try again, check in your wallet whether it succeeded.',
      }
    case 'dropped':
      return {
        sentence: 'The network does not know the transaction.',
        nextStep:
          'Check in your wallet whether the transaction still waits. If it does, cancel it there before you try again.',
      }
    case 'cancelled':
      return {
        sentence: 'The transaction was cancelled in the wallet.',
        nextStep: 'You paid the network fee of the cancellation only. Try again if you still want the transaction.',
      }
    case 'replaced':
      return {
        sentence: 'Your wallet sent another transaction instead of this transaction.',
        nextStep: 'This transaction had no effect. Check the other transaction in your wallet, then try again.',
      }
    case 'reverted':
      return {
        sentence: 'The transaction failed, because the chain had changed in the meantime.',
        nextStep: 'You paid the network fee only. Check the numbers on the page, then try again.',
      }
  }
}
