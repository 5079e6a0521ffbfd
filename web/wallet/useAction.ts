import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Problem } from '../ui/Problem'
import { problemOf } from './problemOf'
import { type ContractCall, TransactionError, useTransact } from './useTransact'

export type Action = {
  isBusy: boolean
  /** Why the last one failed. */
  problem: Problem | undefined
  /** Resolves when the transaction is in a block, or has failed, and what the pages show of the chain is read anew. */
  run(call: ContractCall): Promise<void>
}

/** One button's transaction: whether it runs, and what went wrong. Inside `WalletProvider` only. */
export function useAction(): Action {
  const transact = useTransact()
  const queryClient = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const run = useCallback(
    async (call: ContractCall) => {
      setIsBusy(true)
      setProblem(undefined)
      try {
        await transact(call)
      } catch (error) {
        setProblem(error instanceof TransactionError ? error.problem : problemOf(error))
      } finally {
        // Before the next one may begin: what was read until now is old.
        await queryClient.invalidateQueries()
        setIsBusy(false)
      }
    },
    [transact, queryClient],
  )
  return { isBusy, problem, run }
}
