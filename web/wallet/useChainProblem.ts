import { useQuery } from '@tanstack/react-query'
import { useChainId, usePublicClient } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { problemOf } from './problemOf'

const askAgainAfterMs = 5000

/** Undefined while the chain answers and is the one that the settings name. */
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
    sentence: `The site’s chain is ${data}, its settings say ${chainId}.`,
    nextStep: 'Whoever runs it must correct chainId or rpcUrl in lp.json.',
  }
}
