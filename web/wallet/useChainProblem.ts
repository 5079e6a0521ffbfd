import { useQuery } from '@tanstack/react-query'
import { checkContracts, ForeignContractError } from 'lp-relay'
import { useChainId, usePublicClient } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { problemOf } from './problemOf'

const askAgainAfterMs = 5000

/**
 * The problem with the chain. Undefined while the chain answers, has the chain id of the settings, and has the contracts of lp at the addresses
 * of the settings.
 */
export function useChainProblem(): Problem | undefined {
  const chainId = useChainId()
  const client = usePublicClient()
  const { data, error } = useQuery({
    queryKey: ['chainProblem', chainId],
    queryFn: async () => (await client?.getChainId()) ?? chainId,
    retry: false,
    refetchInterval: askAgainAfterMs,
  })
  const { error: foreign } = useQuery({
    queryKey: ['contracts', chainId],
    queryFn: async () => {
      if (client) await checkContracts(client, chainId)
      return true
    },
    enabled: data === chainId,
    // The code of a contract never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: (_, failure) => !(failure instanceof ForeignContractError),
    retryDelay: askAgainAfterMs,
  })
  if (error) return problemOf(error)
  if (data === undefined) return undefined
  if (data !== chainId)
    return {
      sentence: `The RPC of this site belongs to chain ${data}, but this site is configured for chain ${chainId}.`,
      nextStep: 'The operator of this site must correct chainId or rpcUrl in lp.json.',
    }
  if (!(foreign instanceof ForeignContractError)) return undefined
  return {
    sentence: foreign.problem.sentence,
    nextStep: 'The operator of this site must correct contracts or rpcUrl in lp.json.',
  }
}
