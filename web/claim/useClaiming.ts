import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Address, PublicClient } from 'viem'
import * as Clock from '../chain/Clock'
import { useBlockTime } from '../chain/useBlockTime'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import type { Claiming } from './Claiming'
import { readClaiming } from './readClaiming'

/** Reads the chain once for each new block. Keeps the last answer until the next answer comes. `index`: the allocation's place in the list. */
export function useClaiming(
  client: PublicClient,
  { account, index }: { account: Address | undefined; index: number | undefined },
): { claiming: Claiming | undefined; problem: Problem | undefined } {
  const queryClient = useQueryClient()
  const chainId = client.chain?.id as number
  const blockTimeMs = useBlockTime(client)
  const queryKey = ['claiming', chainId, account, index]
  const { data, error } = useQuery({
    queryKey,
    enabled: blockTimeMs !== undefined,
    queryFn: async () => {
      const former = queryClient.getQueryData<Claiming>(queryKey)
      const block = await client.getBlockNumber({ cacheTime: 0 })
      if (former?.clock.block === block) return former
      const clock = Clock.tick(former?.clock, { block, timeMs: Date.now(), blockTimeMs: blockTimeMs as number })
      return readClaiming(client, { chainId, account, index, clock })
    },
    // After a change of the account or of the allocation, only the numbers that all accounts share are still true.
    placeholderData: (former, query) =>
      former && {
        ...former,
        isClaimed: undefined,
        position: query?.queryKey[2] === account ? former.position : undefined,
      },
    refetchInterval: client.pollingInterval,
    retry: false,
  })
  return { claiming: data, problem: error ? problemOf(error) : undefined }
}
