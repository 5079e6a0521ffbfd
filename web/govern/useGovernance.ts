import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Address, PublicClient } from 'viem'
import * as Clock from '../chain/Clock'
import { useBlockTime } from '../chain/useBlockTime'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import type { Governance } from './Governance'
import { readGovernance } from './readGovernance'

/** The number of proposals that the page shows at first, and that each click adds. */
const pollsPerPage = 10

/** Reads the chain once for each new block. Keeps the last answer until the next answer comes. */
export function useGovernance(
  client: PublicClient,
  account: Address | undefined,
): { governance: Governance | undefined; problem: Problem | undefined; onShowMore: () => void } {
  const [count, setCount] = useState(pollsPerPage)
  const queryClient = useQueryClient()
  const chainId = client.chain?.id as number
  const blockTimeMs = useBlockTime(client)
  const queryKey = ['governance', chainId, account, count]
  const { data, error } = useQuery({
    queryKey,
    enabled: blockTimeMs !== undefined,
    queryFn: async () => {
      const former = queryClient.getQueryData<Governance>(queryKey)
      const block = await client.getBlockNumber({ cacheTime: 0 })
      if (former?.clock.block === block) return former
      const clock = Clock.tick(former?.clock, { block, timeMs: Date.now(), blockTimeMs: blockTimeMs as number })
      return readGovernance(client, { chainId, account, clock, count })
    },
    placeholderData: (former, query) =>
      // After a change of the account, the votes of the former account must not be shown.
      !former || query?.queryKey[2] === account ? former : withoutAccount(former),
    refetchInterval: client.pollingInterval,
    retry: false,
  })
  return {
    governance: data,
    problem: error ? problemOf(error) : undefined,
    onShowMore: () => setCount((former) => former + pollsPerPage),
  }
}

const withoutAccount = ({ polls, ...rest }: Governance): Governance => ({
  ...rest,
  polls: polls.map(({ voter: _voter, ...poll }) => poll),
  account: undefined,
})
