import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import type { Action } from '../act/Action'
import { type Flow, useFlow } from '../act/useFlow'
import type { Wallet } from '../wallet/Wallet'
import type { Claiming } from './Claiming'
import { callOf, type Intent, nextOf, spendingOf } from './Intent'
import { reviewOf } from './Review'
import { refusalOf } from './refusals'

export type ClaimFlow = Omit<Flow<Intent>, 'onPerformFirst'> & {
  /** Initializes the round, if the reviewed stake needs this first. */
  onInitialize: (() => void) | undefined
}

/** Call this hook only inside `WalletProvider`. */
export function useClaimFlow(
  client: PublicClient,
  { wallet, claiming }: { wallet: Wallet; claiming: Claiming | undefined },
): ClaimFlow {
  const contracts = contractsOn(client.chain?.id as number)
  const actionOf = (intent: Intent): Action | undefined => {
    const spending = spendingOf(intent, contracts)
    return (
      claiming && { review: reviewOf(intent, claiming), call: callOf(intent, contracts), ...(spending && { spending }) }
    )
  }
  const { onPerformFirst, ...flow } = useFlow<Intent>({
    ...{ wallet, block: claiming?.clock.block, actionOf, nextOf, refusalOf },
  })
  const isStopped = flow.intent?.kind === 'stake' && claiming?.isRoundInitialized === false
  return { ...flow, onInitialize: isStopped ? () => onPerformFirst({ kind: 'initializeRound' }) : undefined }
}
