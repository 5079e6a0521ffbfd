import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useConfig as useWagmiConfig } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { toast } from '../ui/toast'
import { requireWallet, type Wallet } from '../wallet/Wallet'
import type { Action, Review } from './Action'
import { perform, type Rehearsal, rehearse } from './perform'
import { slowProblem } from './slowProblem'
import { TransactionError } from './TransactionError'
import { useRehearsal } from './useRehearsal'

export type FlowOptions<Intent> = {
  wallet: Wallet
  /**
   * The block at which the page has read its numbers. A review is rehearsed at each new block. Undefined until the chain has
   * answered.
   */
  block: bigint | undefined
  /** The transaction of an intent. Undefined while the page has no numbers. */
  actionOf(intent: Intent): Action | undefined
  /** The intent whose review follows in the same dialog when `intent` is done. */
  nextOf?(intent: Intent): Intent | undefined
  refusalOf(error: unknown): Problem
}

/** The way from a button to a transaction: the review, the rehearsal, the wallet. */
export type Flow<Intent> = {
  /** The intent under review. Undefined when there is no review. */
  intent: Intent | undefined
  /** The text that the person confirms. */
  review: Review | undefined
  /** Whether the last simulation succeeded, so that the transaction would succeed now. */
  isReady: boolean
  isBusy: boolean
  /** Set if the transaction waits longer than usual. */
  slow: Problem | undefined
  problem: Problem | undefined
  /**
   * Shows the review of an intent. If the wallet is not connected or is on another network, asks the person to connect it or to change the
   * network instead.
   */
  onAsk(intent: Intent): void
  onConfirm(): void
  /** Performs `intent` without a review. The review of another intent stays open, and this other intent waits until `intent` is done. */
  onPerformFirst(intent: Intent): void
  /** Closes the review. A transaction in progress continues, and its result is shown as a short message. */
  onClose(): void
}

/** Call this hook only inside `WalletProvider`. */
export function useFlow<Intent>({ wallet, block, actionOf, nextOf, refusalOf }: FlowOptions<Intent>): Flow<Intent> {
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  const [intent, setIntent] = useState<Intent>()
  const [isBusy, setIsBusy] = useState(false)
  const [slow, setSlow] = useState<Problem>()
  const [failure, setFailure] = useState<Problem>()
  /** Each run adds 1, and each closing of the review adds 1. While the value is the number of a run, the review of that run is open. */
  const open = useRef(0)
  const action = intent && actionOf(intent)
  const { rehearsal, error } = useRehearsal({ account: wallet.address, action: isBusy ? undefined : action, block })
  const run = async (wanted: Action, rehearsed?: Rehearsal): Promise<boolean> => {
    const number = ++open.current
    const isOpen = () => open.current === number
    setIsBusy(true)
    setFailure(undefined)
    try {
      if (!wallet.address) throw TransactionError.withoutWallet(wanted.call)
      const rehearsal = rehearsed ?? (await rehearse(wagmiConfig, wanted, wallet.address))
      await perform(wagmiConfig, wanted, rehearsal, { onSlow: (place) => isOpen() && setSlow(slowProblem(place)) })
      toast.success(wanted.review.done)
      // The transaction has changed the numbers on the page.
      await queryClient.invalidateQueries()
      return isOpen()
    } catch (cause) {
      const problem = refusalOf(cause)
      if (isOpen()) setFailure(problem)
      else toast.error(problem.sentence, problem.nextStep)
      // Not awaited: the person can try again immediately, also while the chain does not answer.
      void queryClient.invalidateQueries()
      return false
    } finally {
      if (isOpen()) {
        setIsBusy(false)
        setSlow(undefined)
      }
    }
  }
  const onClose = () => {
    open.current++
    setIntent(undefined)
    setIsBusy(false)
    setSlow(undefined)
    setFailure(undefined)
  }
  return {
    intent,
    review: action?.review,
    isReady: rehearsal !== undefined,
    isBusy,
    slow,
    problem: failure ?? (error ? refusalOf(error) : undefined),
    onAsk(asked) {
      if (requireWallet(wallet)) setIntent(asked)
    },
    onConfirm() {
      if (!action || !rehearsal) return
      const next = intent && nextOf?.(intent)
      void run(action, rehearsal).then((isDone) => {
        if (!isDone) return
        onClose()
        setIntent(next)
      })
    },
    onPerformFirst(first) {
      const wanted = actionOf(first)
      if (wanted) void run(wanted)
    },
    onClose,
  }
}
