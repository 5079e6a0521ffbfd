import { useQuery } from '@tanstack/react-query'
import { blockSeconds } from 'lp-relay'
import type { PublicClient } from 'viem'
import { localChainId } from '../config/chain'

const measureAgainAfterMs = 10 * 60_000
const usualBlockMs = 12_000

/** The average time between two blocks, in milliseconds. Undefined until it is measured. */
export function useBlockTime(client: PublicClient): number | undefined {
  const chainId = client.chain?.id as number
  const measured = useQuery({
    queryKey: ['blockTime', chainId],
    queryFn: async () => 1_000 * ((await blockSeconds(client)) || usualBlockMs / 1_000),
    staleTime: measureAgainAfterMs,
    // After an error, the page uses the usual block time, until the chain answers.
    retry: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? client.pollingInterval : false),
  })
  // The local chain makes a block each second. Its past blocks can have other intervals, so the page does not use the measured time.
  if (chainId === localChainId) return 1_000
  return measured.data ?? (measured.isError ? usualBlockMs : undefined)
}
