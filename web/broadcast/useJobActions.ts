import { contractsOn } from '@lp/contracts/deployments'
import { Settlement } from 'lp-relay'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Hex, PublicClient } from 'viem'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import type { Settling } from './Settling'

/** What a broadcaster can do on chain when the others do not. */
export type Errands = {
  isBusy: boolean
  problem: Problem | undefined
  /** Ends the job, which nobody else has. */
  onEnd(jobId: Hex): void
  /** Takes the fees of a claim back whose time ran out. */
  onExpire(expired: Settlement.Progress): void
}

export function useErrands({
  client,
  wallet,
  history,
}: {
  client: PublicClient
  wallet: Wallet
  history: readonly Settling[]
}): Errands {
  const { jobsManager, claimsManager } = useMemo(() => contractsOn(client.chain?.id as number), [client])
  const { isBusy, problem, run } = useDirectAction()
  const onExpire = useCallback(
    ({ claim }: Settlement.Progress) => void run({ ...claimsManager, functionName: 'expire', args: [claim] }),
    [run, claimsManager],
  )
  // Nobody is asked: the key of the test wallet is in the page. Once each: the chain may be a block behind our own deed.
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
