import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { amountOf } from '../wallet/amount'
import { withdrawable } from './Deposit'
import type { DepositControl } from './useDeposit'

export type DepositCardProps = {
  control: DepositControl
  /** Work that is not paid yet will be paid from it. */
  isOwing: boolean
}

/** What lies in the contract, and the way back to the wallet. Nothing, when there is nothing. */
export function DepositCard({ control, isOwing }: DepositCardProps) {
  const { deposit, isAutomatic, isBusy, problem, onWithdraw } = control
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
          <Stat name="Held for the work" unit={held.unit} hint={heldUntil(deposit.heldUntilMs)}>
            {held.value}
          </Stat>
        )}
      </dl>
      {problem && <Notice problem={problem} className="mt-4" />}
      {isAutomatic ? (
        <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
          {isBusy
            ? 'On its way back to the test wallet.'
            : 'It returns to the test wallet by itself as soon as all of it is free.'}
        </p>
      ) : (
        <>
          <Button
            look="outline"
            className="mt-4 w-full"
            busy={isBusy}
            disabled={isOwing || withdrawable(deposit) === 0n}
            onClick={onWithdraw}
          >
            Withdraw to wallet
          </Button>
          {isOwing && (
            <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
              The work is paid from it. What is left can be withdrawn then, or kept for the next broadcast.
            </p>
          )}
        </>
      )}
    </Card>
  )
}

const heldUntil = (untilMs: number | undefined): string =>
  untilMs === undefined ? 'until its stream is over' : `until ${formatMoment(untilMs, Date.now())}`
