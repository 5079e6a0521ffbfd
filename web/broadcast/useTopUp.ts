import { contractsOn } from '@lp/contracts/deployments'
import { useCallback, useMemo } from 'react'
import { isAddressEqual, type PublicClient } from 'viem'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'
import { formatAmount } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { requireWallet, type Wallet } from '../wallet/Wallet'
import type { BroadcastFigures } from './BroadcastState'
import { updateBroadcast } from './history'

/** Adds the price of an hour to the deposit while the stream is live. */
export type TopUp = {
  isBusy: boolean
  /** Why the last transaction has failed, or waits. */
  problem: Problem | undefined
  /** Why this wallet cannot add to the deposit now. */
  blocked: Problem | undefined
  /** Asks the person to connect the wallet, or to change its network, if this is necessary. */
  onAdd(): void
}

/** `job`: the job of the live stream. */
export function useTopUp({
  client,
  wallet,
  job,
}: {
  client: PublicClient
  wallet: Wallet
  job: Pick<BroadcastFigures, 'jobId' | 'broadcaster' | 'hourWei'> | undefined
}): TopUp {
  const { jobsManager } = useMemo(() => contractsOn(client.chain?.id as number), [client])
  const { isBusy, problem, run } = useDirectAction()
  const blocked = job && blockedOf(wallet, job)
  const add = useCallback(
    ({ jobId, hourWei }: NonNullable<typeof job>) =>
      run({ ...jobsManager, functionName: 'deposit', args: [], value: hourWei }, (receipt) =>
        updateBroadcast(jobId, ({ depositWei, networkWei }) => ({
          depositWei: depositWei + hourWei,
          networkWei: networkWei + receipt.gasUsed * receipt.effectiveGasPrice,
        })),
      ),
    [jobsManager, run],
  )
  const onAdd = () => {
    if (job && !blocked && requireWallet(wallet)) void add(job)
  }
  return { isBusy, problem, blocked, onAdd }
}

function blockedOf(
  { address, balanceWei }: Wallet,
  { broadcaster, hourWei }: Pick<BroadcastFigures, 'broadcaster' | 'hourWei'>,
): Problem | undefined {
  // The contract adds the ether to the deposit of the account that sends it, and the job is paid from another deposit.
  if (address && !isAddressEqual(address, broadcaster))
    return {
      sentence: `The account ${shortAddress(broadcaster)} pays for this stream.`,
      nextStep: 'To add an hour, choose this account in your wallet.',
    }
  if (address && balanceWei !== undefined && balanceWei < hourWei)
    return {
      sentence: `The wallet needs ${formatAmount(hourWei - balanceWei)} more to add an hour.`,
      nextStep: 'Send more ether to the wallet.',
    }
  return undefined
}
