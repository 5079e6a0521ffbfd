import { useQuery } from '@tanstack/react-query'
import { findJobs, Settlement } from 'lp-relay'
import type { Address, PublicClient } from 'viem'
import type { PastBroadcast } from './PastBroadcast'
import { useSettlements } from './useSettlements'

/** Two weeks of 12 s blocks: more blocks than a job can have with the presets of the contracts. */
const lookBackBlocks = 100_000n

/**
 * The wallet's jobs that have a reserve and are not in this browser's storage. Another browser posted these jobs, or the storage was
 * cleared.
 */
export function useOtherJobs({
  client,
  broadcaster,
  reservedWei,
  history,
  isIdle,
}: {
  client: PublicClient
  broadcaster: Address | undefined
  /** The reserves of all jobs of the wallet, and the fines of its open claims, from the contract. */
  reservedWei: bigint
  history: readonly PastBroadcast[]
  isIdle: boolean
}): readonly Settlement.Settlement[] {
  const settlements = history.flatMap(({ settlement }) => settlement ?? [])
  const explainedWei = settlements.reduce(
    (sum, settlement) => sum + settlement.job.reserveWei + Settlement.heldFineWei(settlement),
    0n,
  )
  // The reserves on chain can belong to stored broadcasts. So the page first reads the reserves of all stored broadcasts. Only then does it
  // search for jobs that are not stored.
  const isKnown = history.every(({ settlement, broadcast }) => settlement || (broadcast.final && broadcast.isReleased))
  const { data } = useQuery({
    queryKey: ['other-jobs', client.chain?.id, broadcaster, String(reservedWei)],
    enabled: broadcaster !== undefined && isIdle && isKnown && reservedWei > explainedWei,
    queryFn: () => findJobs(client, { broadcaster: broadcaster as Address, reservedWei, lookBackBlocks }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const others = (data ?? []).filter((jobId) => !history.some(({ broadcast }) => broadcast.jobId === jobId))
  const { settlements: followed } = useSettlements(client, others)
  return others.flatMap((jobId) => followed.get(jobId) ?? [])
}
