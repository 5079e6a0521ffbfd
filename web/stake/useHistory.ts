import { useQuery } from '@tanstack/react-query'
import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'
import type { History } from './History'
import { readDelegatorCount } from './readDelegatorCount'
import { readHistory } from './readHistory'
import type { TimedRound } from './TimedRound'
import type { Transcoder } from './Transcoder'

/**
 * The last rounds of a transcoder, and the number of its delegators. Read again when a round begins, and when the transcoder calls `reward`.
 * Undefined until the chain has answered.
 */
export function useHistory(
  { address, standing, hasRewarded }: Transcoder,
  round: TimedRound,
): { history: History | undefined; delegators: number | undefined; problem: Problem | undefined } {
  // The client is never undefined, because wagmi is configured for one chain.
  const client = usePublicClient() as PublicClient
  const chainId = client.chain?.id as number
  const isSeated = standing === 'active' || standing === 'next'
  const key = [chainId, address, String(round.number), round.initialized]
  const { data: history, error } = useQuery({
    queryKey: ['history', ...key, isSeated, hasRewarded],
    queryFn: () => readHistory(client, { chainId, transcoder: address, round, isSeated }),
    placeholderData: (former) => former,
    retry: false,
  })
  const { data: delegators } = useQuery({
    queryKey: ['delegators', ...key],
    // The query must not give undefined.
    queryFn: async () =>
      (await readDelegatorCount(client, { chainId, transcoder: address, block: round.clock.block })) ?? null,
    placeholderData: (former) => former,
    retry: false,
  })
  return { history, delegators: delegators ?? undefined, problem: error ? problemOf(error) : undefined }
}
