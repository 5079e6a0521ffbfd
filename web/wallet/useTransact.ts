import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Abi, Address, Hex, TransactionReceipt } from 'viem'
import { useConfig as useWagmiConfig } from 'wagmi'
import { simulateContract, waitForTransactionReceipt, writeContract } from 'wagmi/actions'
import type { Problem } from '../ui/Problem'
import { problemOf, revertNameOf } from './problemOf'

export type ContractCall = {
  address: Address
  abi: Abi
  functionName: string
  args: readonly unknown[]
  value?: bigint
  /** The wallet has confirmed; the transaction waits for its block. */
  onSent?(hash: Hex): void
}

/**
 * Runs one transaction from the wallet's question to the receipt, and has balances read anew after it.
 * Rejects with `TransactionError`. Inside `WalletProvider` only.
 */
export function useTransact(): (call: ContractCall) => Promise<TransactionReceipt> {
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  return useCallback(
    async ({ onSent, ...call }) => {
      let sent = false
      try {
        // Asked of the chain first, so that a refusal costs nothing and has a name.
        const { request } = await simulateContract(wagmiConfig, call)
        const hash = await writeContract(wagmiConfig, request)
        sent = true
        onSent?.(hash)
        return await waitForTransactionReceipt(wagmiConfig, { hash })
      } catch (cause) {
        throw new TransactionError({ functionName: call.functionName, sent, cause })
      } finally {
        await queryClient.invalidateQueries({ queryKey: ['balance'] })
      }
    },
    [wagmiConfig, queryClient],
  )
}

const lookFirst = 'The transaction was sent: see in the wallet whether it went through before you try again.'

export class TransactionError extends Error {
  override readonly name = 'Wallet.TransactionError'
  readonly problem: Problem
  /** Name of the contract's custom error, when it refused. */
  readonly revertName: string | undefined
  constructor({ functionName, sent, cause }: { functionName: string; sent: boolean; cause: unknown }) {
    super(`Transaction ${functionName} did not go through.`, { cause })
    this.problem = sent ? { ...problemOf(cause), nextStep: lookFirst } : problemOf(cause)
    this.revertName = revertNameOf(cause)
  }
}
