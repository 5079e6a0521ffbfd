import { Cheque } from '@lp/contracts/protocol'
import type { chequebookCalls } from 'lp-relay'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'

export type WithdrawalControl = {
  isBusy: boolean
  problem: Problem | undefined
  onAnnounce(): void
  onCancel(): void
  onWithdraw(): void
}

/** The transactions of a withdrawal: announced first, because relays need time to cash what they have earned. */
export function useWithdrawal({
  calls,
  onAnnounce,
}: {
  calls: ReturnType<typeof chequebookCalls>
  onAnnounce(): void
}): WithdrawalControl {
  const { isBusy, problem, run } = useDirectAction()
  return {
    isBusy,
    problem,
    onAnnounce() {
      onAnnounce()
      void run(calls.announceWithdrawal(Cheque.maxAmount))
    },
    onCancel: () => void run(calls.announceWithdrawal(0n)),
    onWithdraw: () => void run(calls.withdraw()),
  }
}
