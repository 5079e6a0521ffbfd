import { useQuery } from '@tanstack/react-query'
import type { Address, PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import type { Clock } from '../chain/Clock'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { type RecentWork, readRecentWork } from './readRecentWork'
import { recentFrom } from './recent'

/**
 * The recent work of a transcoder, read again at each block while the page shows the record. Undefined until the chain has answered.
 */
export function useRecentWork(
  transcoder: Address,
  clock: Clock,
): { recent: RecentWork | undefined; problem: Problem | undefined } {
  // The client is never undefined, because wagmi is configured for one chain.
  const client = usePublicClient() as PublicClient
  const chainId = client.chain?.id as number
  const range = { fromBlock: recentFrom(clock), toBlock: clock.block }
  const { data, error } = useQuery({
    queryKey: ['recentWork', chainId, transcoder, String(clock.block)],
    queryFn: () => readRecentWork(client, { chainId, transcoder, ...range }),
    placeholderData: (former) => former,
    gcTime: 0,
    retry: false,
  })
  return { recent: data, problem: error ? problemOf(error) : undefined }
}
