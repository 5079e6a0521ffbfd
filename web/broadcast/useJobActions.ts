import { contractsOn } from '@lp/contracts/deployments'
import { Settlement } from 'lp-relay'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Hex, PublicClient } from 'viem'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import type { PastBroadcast } from './PastBroadcast'

/** Transactions that a broadcaster can send if no relay has sent them. */
export type JobActions = {
  isBusy: boolean
  problem: Problem | undefined
  /** Ends a job that the transcoder has not ended. */
  onEnd(jobId: Hex): void
  /** Refunds a claim that was not verified in time, or whose transcoder was expelled from the job. */
  onExpire(expired: Settlement.Progress): void
}

export function useJobActions({
  client,
  wallet,
  history,
}: {
  client: PublicClient
  wallet: Wallet
  history: readonly PastBroadcast[]
}): JobActions {
  const { jobsManager, claimsManager } = useMemo(() => contractsOn(client.chain?.id as number), [client])
  const { isBusy, problem, run } = useDirectAction()
  const onExpire = useCallback(
    ({ claim }: Settlement.Progress) => void run({ ...claimsManager, functionName: 'expire', args: [claim] }),
    [run, claimsManager],
  )
  // With the test wallet, the page refunds an expired claim without a click, and only once for each claim. The set is necessary because
  // the page can read the chain one block late.
  const tried = useRef(new Set<Hex>())
  const late = history.flatMap(({ settlement }) => (settlement ? Settlement.expired(settlement) : []))
  useEffect(() => {
    const due = late.find(({ claimId }) => !tried.current.has(claimId))
    if (!wallet.isTestWallet || isBusy || !due) return
    tried.current.add(due.claimId)
    onExpire(due)
  })
  return {
    isBusy,
    problem,
    onEnd: (jobId) => void run({ ...jobsManager, functionName: 'endJob', args: [jobId] }),
    onExpire,
  }
}
