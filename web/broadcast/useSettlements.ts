import { followSettlement, Settlement } from 'lp-relay'
import { useEffect, useState } from 'react'
import type { Hex, PublicClient } from 'viem'
import { revertNameOf } from '../wallet/problemOf'
import { amend, forget, readHistory } from './history'

/** Follows what becomes of these jobs on chain, and remembers what is final. */
export function useSettlements(client: PublicClient, jobIds: readonly Hex[]): ReadonlyMap<Hex, Settlement.Settlement> {
  const [settlements, setSettlements] = useState<ReadonlyMap<Hex, Settlement.Settlement>>(new Map())
  const key = jobIds.join()
  useEffect(() => {
    const stops = (key ? (key.split(',') as Hex[]) : []).map((jobId) =>
      followSettlement(client, {
        jobId,
        onChange(settlement) {
          setSettlements((known) => new Map(known).set(jobId, settlement))
          keep(settlement)
        },
        onFault: (error) => revertNameOf(error) === 'UnknownJob' && forgetOld(jobId),
      }),
    )
    return () => {
      for (const stop of stops) stop()
    }
  }, [client, key])
  return settlements
}

/** A node that lags behind may not know a new job yet. */
const lagMs = 60_000

/** A local chain that was started anew knows nothing of the jobs of the one before. */
function forgetOld(jobId: Hex): void {
  const broadcast = readHistory().find((candidate) => candidate.jobId === jobId)
  if (broadcast && Date.now() - broadcast.startedAtMs > lagMs) forget(jobId)
}

function keep(settlement: Settlement.Settlement): void {
  const { job, claims } = settlement
  const isFinal = Settlement.isClosed(settlement) && claims.every(({ outcome }) => outcome)
  const { segments, durationMs, feesWei, refundedWei } = Settlement.bill(settlement)
  amend(job.jobId, ({ final }) => ({
    final: isFinal ? { segments, durationMs, feesWei, refundedWei } : final,
    isReleased: Settlement.isOver(settlement) && job.reserveWei === 0n,
  }))
}
