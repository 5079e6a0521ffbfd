import { contractsOn } from '@lp/contracts/deployments'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { toast } from 'sonner'
import type { Address, PublicClient } from 'viem'
import { useConfig as useWagmiConfig } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { useTransact } from '../wallet/useTransact'
import { bondCalls } from './bondCalls'
import { callOf, type Intent } from './Intent'
import type { Round } from './Round'
import { refusalOf } from './refusals'

export type StakeAction = {
  isBusy: boolean
  /** Why the last one failed. */
  problem: Problem | undefined
  /** Whether it has gone through, and all numbers were read anew. */
  run(intent: Intent, done: string): Promise<boolean>
  reset(): void
}

/** Carries out what a person has confirmed. */
export function useStakeAction(
  client: PublicClient,
  account: Address | undefined,
  round: Round | undefined,
): StakeAction {
  const chainId = client.chain?.id as number
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  const transact = useTransact()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const run = async (intent: Intent, done: string) => {
    if (!account || !round) return false
    setIsBusy(true)
    setProblem(undefined)
    try {
      const calls =
        intent.kind === 'bond'
          ? await bondCalls(wagmiConfig, { chainId, account, to: intent.to, amount: intent.amount })
          : [callOf(intent, contractsOn(chainId))]
      for (const call of calls) await transact(call)
      toast.success(done)
      return true
    } catch (error) {
      setProblem(refusalOf(error, round))
      return false
    } finally {
      await queryClient.invalidateQueries()
      setIsBusy(false)
    }
  }
  return { isBusy, problem, run, reset: useCallback(() => setProblem(undefined), []) }
}
