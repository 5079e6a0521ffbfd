import { followSettlement, Settlement } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { useEffect, useState } from 'react'
import type { Hex, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { isChainAway, problemOf } from '../wallet/problemOf'
import { readHistory, removeBroadcast, updateBroadcast } from './history'

const log = logOf('broadcast')

export type Settlements = {
  settlements: ReadonlyMap<Hex, Settlement.Settlement>
  /** Why the last read of a job's settlement failed. */
  problems: ReadonlyMap<Hex, Problem>
}

/** Follows the settlements of these jobs on chain, and stores their final results. */
export function useSettlements(client: PublicClient, jobIds: readonly Hex[]): Settlements {
  const [settlements, setSettlements] = useState<ReadonlyMap<Hex, Settlement.Settlement>>(new Map())
  const [problems, setProblems] = useState<ReadonlyMap<Hex, Problem>>(new Map())
  const key = jobIds.join()
  useEffect(() => {
    const stops = (key ? (key.split(',') as Hex[]) : []).map((jobId) =>
      followSettlement(client, {
        jobId,
        onChange(settlement) {
          setSettlements((known) => new Map(known).set(jobId, settlement))
          setProblems((known) => new Map([...known].filter(([failed]) => failed !== jobId)))
          recordOutcome(settlement)
        },
        onUnknown: () => removeIfOld(jobId),
        onFault(error) {
          log.debug('settlement not read', () => ({ jobId, error }))
          // If the chain does not answer at all, the page already says so.
          if (!isChainAway(error)) setProblems((known) => new Map(known).set(jobId, problemOf(error)))
        },
      }),
    )
    return () => {
      for (const stop of stops) stop()
    }
  }, [client, key])
  return { settlements, problems }
}

/** An RPC can be behind the chain. But when this time has passed since a job was posted, the RPC should know the job. */
const lagMs = 60_000

/**
 * Removes a job that the chain does not have, if the job is older than `lagMs`. Reason: a restarted local chain does not have the jobs from
 * before the restart.
 */
function removeIfOld(jobId: Hex): void {
  const broadcast = readHistory().find((candidate) => candidate.jobId === jobId)
  if (broadcast && Date.now() - broadcast.startedAtMs > lagMs) removeBroadcast(jobId)
}

function recordOutcome(settlement: Settlement.Settlement): void {
  const { job, claims } = settlement
  const isFinal = Settlement.isClosed(settlement) && claims.every(({ outcome }) => outcome)
  const { segments, durationMs, feesWei, refundedWei, fineWei } = Settlement.bill(settlement)
  updateBroadcast(job.jobId, ({ final }) => ({
    final: isFinal ? { segments, durationMs, feesWei, refundedWei, fineWei } : final,
    isReleased: Settlement.isOver(settlement) && job.reserveWei === 0n,
  }))
}
