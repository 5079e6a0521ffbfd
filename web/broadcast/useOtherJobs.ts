import { useQuery } from '@tanstack/react-query'
import { findJobs, type Settlement } from 'lp-relay'
import type { Address, PublicClient } from 'viem'
import type { Settling } from './Settling'
import { useSettlements } from './useSettlements'

/** Two weeks at 12 s a block: longer than any job runs. */
const lookBackBlocks = 100_000n

/** Jobs of the wallet that hold something and that this browser does not know: another one posted them, or it forgot. */
export function useOtherJobs({
  client,
  broadcaster,
  reservedWei,
  history,
  isIdle,
}: {
  client: PublicClient
  broadcaster: Address | undefined
  /** By all jobs together, as the contract says. */
  reservedWei: bigint
  history: readonly Settling[]
  isIdle: boolean
}): readonly Settlement.Settlement[] {
  const settlements = history.flatMap(({ settlement }) => settlement ?? [])
  const explainedWei = settlements.reduce((sum, { job }) => sum + job.reserveWei, 0n)
  // As long as the chain is still asked about those that we know, they are what is missing.
  const isKnown = history.every(({ settlement, broadcast }) => settlement || (broadcast.final && broadcast.isReleased))
  const { data } = useQuery({
    queryKey: ['other-jobs', client.chain?.id, broadcaster, String(reservedWei)],
    enabled: broadcaster !== undefined && isIdle && isKnown && reservedWei > explainedWei,
    queryFn: () => findJobs(client, { broadcaster: broadcaster as Address, reservedWei, lookBackBlocks }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const others = (data ?? []).filter((jobId) => !history.some(({ broadcast }) => broadcast.jobId === jobId))
  const followed = useSettlements(client, others)
  return others.flatMap((jobId) => followed.get(jobId) ?? [])
}
