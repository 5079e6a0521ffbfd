import { contractsOn } from '@lp/contracts/deployments'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import type { Address, PublicClient } from 'viem'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'
import { isChainAway, problemOf } from '../wallet/problemOf'
import type { Wallet } from '../wallet/Wallet'
import { type Deposit, depositOf, withdrawable } from './Deposit'
import type { PastBroadcast } from './PastBroadcast'
import { useOtherJobs } from './useOtherJobs'

export type DepositControl = {
  /** Undefined until the chain has answered. */
  deposit: Deposit | undefined
  /** The page withdraws the deposit without a click. */
  isAutomatic: boolean
  isBusy: boolean
  problem: Problem | undefined
  /** Why the deposit could not be read. */
  readProblem: Problem | undefined
  /** Withdraws the whole amount that can be withdrawn, in one transaction. */
  onWithdraw(): void
}

const askAgainAfterMs = 3_000

/** The deposit in the contract and its withdrawal. `isIdle`: no stream is live or starting. */
export function useDeposit({
  client,
  wallet,
  history,
  isIdle,
}: {
  client: PublicClient
  wallet: Wallet
  history: readonly PastBroadcast[]
  isIdle: boolean
}): DepositControl {
  const { address, isTestWallet } = wallet
  const { jobsManager } = useMemo(() => contractsOn(client.chain?.id as number), [client])
  const { isBusy, problem, run } = useDirectAction()
  const { data, error } = useQuery({
    queryKey: ['deposit', address],
    enabled: address !== undefined,
    queryFn: () => client.readContract({ ...jobsManager, functionName: 'getBroadcaster', args: [address as Address] }),
    refetchInterval: askAgainAfterMs,
  })
  const reservedWei = data?.reserved ?? 0n
  const others = useOtherJobs({ client, broadcaster: address, reservedWei, history, isIdle })
  const deposit = data && depositOf(data, [...history.flatMap(({ settlement }) => settlement ?? []), ...others])
  const jobIds = deposit?.releasable.join() ?? ''
  const withdraw = useCallback(
    () => run({ ...jobsManager, functionName: 'withdrawAll', args: [jobIds ? jobIds.split(',') : []] }),
    [jobsManager, jobIds, run],
  )

  // With the test wallet, the page withdraws without a click. It does not withdraw while a transcoder can still claim, or while a
  // different tab can have a live job.
  const isDone = history.every(({ isSettled }) => isSettled)
  const isDue = deposit !== undefined && deposit.heldWei === 0n && withdrawable(deposit) > 0n
  const isAutomatic = isTestWallet && problem === undefined
  useEffect(() => {
    if (isAutomatic && isIdle && isDone && isDue && !isBusy) void withdraw()
  }, [isAutomatic, isIdle, isDone, isDue, isBusy, withdraw])

  // The page shows the last known deposit while the deposit cannot be read. If the chain does not answer at all, the page already says so.
  const readProblem = error && !data && !isChainAway(error) ? problemOf(error) : undefined
  return { deposit, readProblem, isAutomatic, isBusy, problem, onWithdraw: () => void withdraw() }
}
