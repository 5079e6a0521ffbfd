import type { ChequebookAccount } from 'lp-relay'
import { Button } from '../ui/Button'
import { formatMoment } from '../ui/formatMoment'
import { Notice } from '../ui/Notice'
import { delayOf } from './TopUp'
import type { WithdrawalControl } from './useWithdrawal'

export type WithdrawalRowProps = {
  account: ChequebookAccount
  control: WithdrawalControl
  /** Unix time in milliseconds. */
  nowMs?: number
}

/** The withdrawal of the deposit: announce it, wait, withdraw it. Renders nothing when the deposit is empty. */
export function WithdrawalRow({ account, control, nowMs = Date.now() }: WithdrawalRowProps) {
  const { deposit, withdrawal, withdrawableAt, withdrawalDelay } = account
  const { isBusy, problem, onAnnounce, onCancel, onWithdraw } = control
  if (deposit === 0n) return null
  const possibleAtMs = Number(withdrawableAt) * 1_000
  const state = withdrawal === 0n ? 'none' : possibleAtMs > nowMs ? 'announced' : 'due'
  const texts = {
    none: `A withdrawal takes ${delayOf(withdrawalDelay)}, so that relays can cash what they have earned. This browser stops paying at once.`,
    announced: `You can withdraw the rest of your deposit from ${formatMoment(possibleAtMs, nowMs)} on.`,
    due: 'You can withdraw the rest of your deposit now.',
  }
  return (
    <div data-testid="withdrawal" data-state={state}>
      {problem && <Notice problem={problem} className="mb-3" />}
      <p className="max-w-prose text-pretty text-[13px] text-ink-soft leading-relaxed">{texts[state]}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        {state === 'none' && (
          <Button look="outline" busy={isBusy} onClick={onAnnounce}>
            Announce a withdrawal
          </Button>
        )}
        {state === 'due' && (
          <Button busy={isBusy} onClick={onWithdraw}>
            Withdraw to wallet
          </Button>
        )}
        {state !== 'none' && (
          <Button look="outline" busy={isBusy && state === 'announced'} disabled={isBusy} onClick={onCancel}>
            Cancel the withdrawal
          </Button>
        )}
      </div>
    </div>
  )
}
