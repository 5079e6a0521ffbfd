import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { amountOf, formatAmount } from '../wallet/amount'
import { withdrawable } from './Deposit'
import type { DepositControl } from './useDeposit'

export type DepositCardProps = {
  control: DepositControl
  /** Whether work must still be paid from the deposit. */
  hasUnpaidWork: boolean
}

/** The deposit in the contract, and its withdrawal. Renders nothing when the deposit is empty, or is not read yet. */
export function DepositCard({ control, hasUnpaidWork }: DepositCardProps) {
  const { deposit, readProblem, isAutomatic, isBusy, problem, onWithdraw } = control
  if (readProblem)
    return (
      <Card heading="Your deposit">
        <Notice problem={readProblem} />
      </Card>
    )
  if (!deposit || (withdrawable(deposit) === 0n && deposit.heldWei === 0n)) return null
  const free = amountOf(withdrawable(deposit))
  const held = amountOf(deposit.heldWei)
  return (
    <Card
      heading="Your deposit"
      data-testid="deposit"
      data-free-wei={String(withdrawable(deposit))}
      data-held-wei={String(deposit.heldWei)}
    >
      <dl className="grid grid-cols-2 gap-4">
        <Stat name="Free" unit={free.unit}>
          {free.value}
        </Stat>
        {deposit.heldWei > 0n && (
          <Stat name="Reserved" unit={held.unit} hint={heldUntil(deposit.heldUntilMs)}>
            {held.value}
          </Stat>
        )}
      </dl>
      {deposit.fineWei > 0n && (
        <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
          {`${formatAmount(deposit.fineWei)} of the reserved amount may be needed for a fine. This part comes back to you, unless a source segment from this page was broken.`}
        </p>
      )}
      {problem && <Notice problem={problem} className="mt-4" />}
      {isAutomatic ? (
        <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
          {isBusy
            ? 'The deposit is returning to the test wallet.'
            : 'The deposit returns to the test wallet when all of it is free.'}
        </p>
      ) : (
        <>
          <Button
            look="outline"
            className="mt-4 w-full"
            busy={isBusy}
            disabled={hasUnpaidWork || withdrawable(deposit) === 0n}
            onClick={onWithdraw}
          >
            Withdraw to wallet
          </Button>
          {hasUnpaidWork && (
            <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
              The transcoder’s work is paid from the deposit. Afterwards you can withdraw the rest, or keep it for the
              next broadcast.
            </p>
          )}
        </>
      )}
    </Card>
  )
}

const heldUntil = (untilMs: number | undefined): string =>
  untilMs === undefined ? 'until the stream has ended' : `until ${formatMoment(untilMs, Date.now())}`
