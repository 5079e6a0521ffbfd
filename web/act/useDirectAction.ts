import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { TransactionReceipt } from 'viem'
import type { Problem } from '../ui/Problem'
import type { ContractCall } from './ContractCall'
import { refusalOf } from './refusalOf'
import { slowProblem } from './slowProblem'
import { useTransact } from './useTransact'

export type DirectAction = {
  isBusy: boolean
  /** The sentence for the last transaction, if the transaction has failed or waits longer than usual. */
  problem: Problem | undefined
  /**
   * Resolves after the transaction has failed, or is in a block and the page has read the chain again. `onMined` is called before the page
   * reads the chain again.
   */
  run(call: ContractCall, onMined?: (receipt: TransactionReceipt) => void): Promise<void>
}

/** One button's transaction, without a review. Call this hook only inside `WalletProvider`. */
export function useDirectAction(): DirectAction {
  const transact = useTransact()
  const queryClient = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const run = useCallback(
    async (call: ContractCall, onMined?: (receipt: TransactionReceipt) => void) => {
      setIsBusy(true)
      setProblem(undefined)
      try {
        const receipt = await transact(call, { onSlow: (place) => setProblem(slowProblem(place)) })
        setProblem(undefined)
        onMined?.(receipt)
        // The transaction has changed the numbers on the page. The next action must not begin before the page has read these numbers again.
        await queryClient.invalidateQueries()
      } catch (error) {
        setProblem(refusalOf(error, {}))
        // Not awaited: the person can try again immediately, also while the chain does not answer.
        void queryClient.invalidateQueries()
      } finally {
        setIsBusy(false)
      }
    },
    [transact, queryClient],
  )
  return { isBusy, problem, run }
}
