import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PublicClient } from 'viem'
import * as Clock from '../chain/Clock'
import { useBlockTime } from '../chain/useBlockTime'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import type { Economy } from './Economy'
import { readEconomy } from './readEconomy'
import { readWork } from './readWork'
import type { Work } from './Work'

/**
 * Reads the numbers of the network at each new block, and the work of all transcoders separately, because a first visit needs many requests
 * for it. Each value is undefined until the chain has answered.
 */
export function useEconomy(client: PublicClient): {
  economy: Economy | undefined
  work: Work | undefined
  problem: Problem | undefined
} {
  const queryClient = useQueryClient()
  const chainId = client.chain?.id as number
  const blockTimeMs = useBlockTime(client)
  const queryKey = ['economy', chainId]
  const { data: economy, error } = useQuery({
    queryKey,
    enabled: blockTimeMs !== undefined,
    queryFn: async () => {
      const former = queryClient.getQueryData<Economy>(queryKey)
      const block = await client.getBlockNumber({ cacheTime: 0 })
      if (former?.clock.block === block) return former
      const clock = Clock.tick(former?.clock, { block, timeMs: Date.now(), blockTimeMs: blockTimeMs as number })
      return readEconomy(client, { chainId, clock })
    },
    refetchInterval: client.pollingInterval,
    retry: false,
  })
  const block = economy?.clock.block
  const { data: work, error: workError } = useQuery({
    queryKey: ['work', chainId, String(block)],
    enabled: block !== undefined,
    queryFn: () => readWork(client, { chainId, toBlock: block as bigint }),
    placeholderData: (former) => former,
    gcTime: 0,
    retry: false,
  })
  const failure = error ?? workError
  return { economy, work, problem: failure ? problemOf(failure) : undefined }
}
