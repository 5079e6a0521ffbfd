import { useState } from 'react'
import type { PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import type { Draft, Intent } from './Intent'
import { type Review, reviewOf } from './Review'
import { isDue, isOpen } from './Round'
import type { Staking } from './Staking'
import { useRehearsal } from './useRehearsal'
import { useStakeAction } from './useStakeAction'

/** From a button to a transaction: the amount where there is one, the review, the wallet. */
export type Flow = {
  /** What was asked for and has no amount yet. */
  draft: Draft | undefined
  /** What is to be confirmed. */
  review: Review | undefined
  /** Whether the chain has said that it would do it. */
  isReady: boolean
  isBusy: boolean
  problem: Problem | undefined
  onAsk(asked: Draft | Intent): void
  onAmount(amount: bigint): void
  onConfirm(): void
  /** Begins the round, which the intent waits for; undefined when it does not, or it is too early. */
  onBegin: (() => void) | undefined
  onClose(): void
}

export function useFlow(
  client: PublicClient,
  { wallet, staking }: { wallet: Wallet; staking: Staking | undefined },
): Flow {
  const [draft, setDraft] = useState<Draft>()
  const [intent, setIntent] = useState<Intent>()
  const account = wallet.address
  const action = useStakeAction(client, account, staking?.round)
  const rehearsal = useRehearsal(client, {
    account,
    intent: action.isBusy ? undefined : intent,
    round: staking?.round,
  })
  const review = intent && staking && reviewOf(intent, staking)
  const onClose = () => {
    setDraft(undefined)
    setIntent(undefined)
    action.reset()
  }
  const confirm = async () => {
    if (intent && review && (await action.run(intent, review.done))) onClose()
  }
  const beginning: Intent = { kind: 'beginRound' }
  const isStopped = staking && !isOpen(staking.round) && isDue(staking.round) && intent?.kind !== 'beginRound'
  return {
    draft: intent ? undefined : draft,
    review,
    isReady: rehearsal.isReady,
    isBusy: action.isBusy,
    problem: action.problem ?? rehearsal.problem,
    onAsk(asked) {
      if (wallet.status !== 'connected') return wallet.onConnect()
      if (wallet.isOnWrongChain) return wallet.onSwitchChain()
      if (asked.kind === 'draftBond' || asked.kind === 'draftUnbond') setDraft(asked)
      else setIntent(asked)
    },
    onAmount(amount) {
      if (draft)
        setIntent(draft.kind === 'draftBond' ? { kind: 'bond', to: draft.to, amount } : { kind: 'unbond', amount })
    },
    onConfirm: () => void confirm(),
    onBegin: isStopped ? () => void action.run(beginning, reviewOf(beginning, staking).done) : undefined,
    onClose,
  }
}
