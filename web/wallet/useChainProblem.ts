import { useQuery } from '@tanstack/react-query'
import { useChainId, usePublicClient } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { problemOf } from './problemOf'

const askAgainAfterMs = 5000

/** The problem with the chain. Undefined while the chain answers and has the chain id of the settings. */
export function useChainProblem(): Problem | undefined {
  const chainId = useChainId()
  const client = usePublicClient()
  const { data, error } = useQuery({
    queryKey: ['chainProblem', chainId],
    queryFn: async () => (await client?.getChainId()) ?? chainId,
    retry: false,
    refetchInterval: askAgainAfterMs,
  })
  if (error) return problemOf(error)
  if (data === undefined || data === chainId) return undefined
  return {
    sentence: `The RPC of this site belongs to chain ${data}, but this site is configured for chain ${chainId}.`,
    nextStep: 'The operator of this site must correct chainId or rpcUrl in lp.json.',
  }
}
