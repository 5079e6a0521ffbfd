import { useQuery } from '@tanstack/react-query'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { isChainAway, problemOf } from '../wallet/problemOf'
import type { Allocation } from './Allocation'
import { loadAllocation } from './loadAllocation'
import { readRoot } from './readClaiming'

export type FoundAllocation = {
  /** Undefined until the allocation is found. */
  allocation: Allocation | undefined
  /** Whether the account is not in the list. */
  isAbsent: boolean
  problem: Problem | undefined
}

/** Looks an account up in the list. */
export function useAllocation(client: PublicClient, account: Address | undefined): FoundAllocation {
  const { data, error } = useQuery({
    queryKey: ['allocation', client.chain?.id, account],
    enabled: account !== undefined,
    queryFn: async () => (await loadAllocation(account as Address, await readRoot(client))) ?? null,
    // The list never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchInterval: ({ state }) => (isChainAway(state.error) ? client.pollingInterval : false),
  })
  return { allocation: data ?? undefined, isAbsent: data === null, problem: error ? problemOf(error) : undefined }
}
