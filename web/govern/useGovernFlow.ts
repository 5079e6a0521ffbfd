import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import type { Action } from '../act/Action'
import { type Flow, useFlow } from '../act/useFlow'
import type { Wallet } from '../wallet/Wallet'
import type { Governance } from './Governance'
import { callOf, type Intent } from './Intent'
import { reviewOf } from './Review'
import { refusalOf } from './refusals'

export type GovernFlow = Omit<Flow<Intent>, 'onPerformFirst'> & {
  /** Initializes the round, if the reviewed intent needs this first. */
  onInitialize: (() => void) | undefined
}

/** Call this hook only inside `WalletProvider`. */
export function useGovernFlow(
  client: PublicClient,
  { wallet, governance }: { wallet: Wallet; governance: Governance | undefined },
): GovernFlow {
  const contracts = contractsOn(client.chain?.id as number)
  const actionOf = (intent: Intent): Action | undefined =>
    governance && { review: reviewOf(intent, governance, contracts), call: callOf(intent, contracts) }
  const { onPerformFirst, ...flow } = useFlow<Intent>({ wallet, block: governance?.clock.block, actionOf, refusalOf })
  const needsRound = flow.intent && ['propose', 'vote', 'override'].includes(flow.intent.kind)
  const isStopped = needsRound && governance?.isRoundInitialized === false
  return { ...flow, onInitialize: isStopped ? () => onPerformFirst({ kind: 'initializeRound' }) : undefined }
}
