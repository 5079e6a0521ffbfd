import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Address, PublicClient } from 'viem'
import * as Clock from '../chain/Clock'
import { useBlockTime } from '../chain/useBlockTime'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import { readStaking } from './readStaking'
import type { Staking } from './Staking'

/** The number of transcoders of the waitlist that the page shows at first, and that each click adds. */
const waitingPerPage = 25

/** Reads the chain once for each new block. Keeps the last answer until the next answer comes. `also`: see `readStaking`. */
export function useStaking(
  client: PublicClient,
  { account, also }: { account: Address | undefined; also: Address | undefined },
): { staking: Staking | undefined; problem: Problem | undefined; onShowMore: () => void } {
  const [waitingCount, setWaitingCount] = useState(waitingPerPage)
  const queryClient = useQueryClient()
  const chainId = client.chain?.id as number
  const blockTimeMs = useBlockTime(client)
  const queryKey = ['staking', chainId, account, waitingCount, also]
  const { data, error } = useQuery({
    queryKey,
    enabled: blockTimeMs !== undefined,
    queryFn: async () => {
      const former = queryClient.getQueryData<Staking>(queryKey)
      const block = await client.getBlockNumber({ cacheTime: 0 })
      if (former?.round.clock.block === block) return former
      const seen = { block, timeMs: Date.now(), blockTimeMs: blockTimeMs as number }
      return readStaking(client, {
        ...{ chainId, account, waitingCount, also },
        clock: Clock.tick(former?.round.clock, seen),
      })
    },
    placeholderData: (former, query) => {
      if (!former) return shownBefore(queryClient.getQueriesData({ queryKey: ['staking', chainId, account] }), also)
      // After a change of the account, the position of the former account must not be shown.
      return query?.queryKey[2] === account ? former : { ...former, position: undefined, isPositionUnreadable: false }
    },
    refetchInterval: client.pollingInterval,
    retry: false,
  })
  return {
    staking: data,
    problem: error ? problemOf(error) : undefined,
    onShowMore: () => setWaitingCount((count) => count + waitingPerPage),
  }
}

/** The newest numbers that another page of this room has shown to the same account. They are shown until the chain has answered. */
function shownBefore(
  queries: readonly (readonly [unknown, Staking | undefined])[],
  also: Address | undefined,
): Staking | undefined {
  const known = queries.flatMap(([, staking]) => staking ?? [])
  const fitting = known.filter(({ transcoders }) => !also || transcoders.some(({ address }) => address === also))
  return fitting.sort((a, b) => Number(b.round.clock.block - a.round.clock.block))[0]
}
