import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { TransactionReceipt } from 'viem'
import { useConfig as useWagmiConfig } from 'wagmi'
import { getAccount } from 'wagmi/actions'
import type { ContractCall } from './ContractCall'
import { TransactionError } from './TransactionError'
import { send, simulate, type Watching } from './transaction'

export type Transact = (call: ContractCall, watching?: Watching) => Promise<TransactionReceipt>

/**
 * Sends one call that was not rehearsed in a review: simulates it, sends it, and waits for its block. Rejects with
 * `TransactionError`. Call this hook only inside `WalletProvider`.
 */
export function useTransact(): Transact {
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  return useCallback(
    async (call, watching) => {
      const { address } = getAccount(wagmiConfig)
      if (!address) throw TransactionError.withoutWallet(call)
      try {
        return await send(wagmiConfig, await simulate(wagmiConfig, call, address), watching)
      } finally {
        // Not awaited: the result does not depend on the balance, and the chain may not answer.
        void queryClient.invalidateQueries({ queryKey: ['balance'] })
      }
    },
    [wagmiConfig, queryClient],
  )
}
