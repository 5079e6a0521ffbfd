import { contractsOn } from '@lp/contracts/deployments'
import { useState } from 'react'
import type { PublicClient } from 'viem'
import type { Action } from '../act/Action'
import { type Flow, useFlow } from '../act/useFlow'
import { problemOf } from '../wallet/problemOf'
import { requireWallet, type Wallet } from '../wallet/Wallet'
import { callOf, type Draft, type Intent, spendingOf } from './Intent'
import { reviewOf } from './Review'
import { refusalOf } from './refusals'
import type { Staking } from './Staking'
import { isDue, isOpen } from './TimedRound'

/** The flow of an action. If the action needs an amount, the flow first asks for the amount. */
export type StakeFlow = Omit<Flow<Intent>, 'onAsk' | 'onPerformFirst'> & {
  /** The intent that still needs its amount. */
  draft: Draft | undefined
  onAsk(asked: Draft | Intent): void
  onAmount(amount: bigint): void
  /** Initializes the round, if the reviewed intent needs this first. Undefined if it does not, or if the round cannot be initialized yet. */
  onInitialize: (() => void) | undefined
}

export function useStakeFlow(
  client: PublicClient,
  { wallet, staking }: { wallet: Wallet; staking: Staking | undefined },
): StakeFlow {
  const [draft, setDraft] = useState<Draft>()
  const contracts = contractsOn(client.chain?.id as number)
  const actionOf = (intent: Intent): Action | undefined => {
    const spending = spendingOf(intent, contracts)
    return (
      staking && { review: reviewOf(intent, staking), call: callOf(intent, contracts), ...(spending && { spending }) }
    )
  }
  const { onAsk, onPerformFirst, onClose, ...flow } = useFlow<Intent>({
    wallet,
    block: staking?.round.clock.block,
    actionOf,
    refusalOf: (error) => (staking ? refusalOf(error, staking.round) : problemOf(error)),
  })
  const { intent } = flow
  const isStopped =
    intent && intent.kind !== 'initializeRound' && staking && !isOpen(staking.round) && isDue(staking.round)
  return {
    ...flow,
    draft,
    onAsk(asked) {
      if (asked.kind !== 'draftBond' && asked.kind !== 'draftUnbond') onAsk(asked)
      else if (requireWallet(wallet)) setDraft(asked)
    },
    onAmount(amount) {
      if (!draft) return
      onAsk(draft.kind === 'draftBond' ? { kind: 'bond', to: draft.to, amount } : { kind: 'unbond', amount })
      setDraft(undefined)
    },
    onInitialize: isStopped ? () => onPerformFirst({ kind: 'initializeRound' }) : undefined,
    onClose() {
      setDraft(undefined)
      onClose()
    },
  }
}
