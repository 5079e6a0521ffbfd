import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { amountOf } from '../wallet/amount'
import type { IncomeControl } from './useIncome'

/** What viewers have paid for streams, and its collection. Renders nothing if there is nothing to collect. */
export function IncomeCard({ control }: { control: IncomeControl }) {
  const { dueWei, isBusy, problem, onCollect } = control
  if (dueWei === 0n) return null
  const due = amountOf(dueWei)
  return (
    <Card heading="Your income" data-testid="income" data-due-wei={String(dueWei)}>
      <dl>
        <Stat name="Not collected yet" unit={due.unit}>
          {due.value}
        </Stat>
      </dl>
      {problem && <Notice problem={problem} className="mt-4" />}
      <Button look="outline" className="mt-4 w-full" busy={isBusy} onClick={onCollect}>
        Collect to wallet
      </Button>
      <p className="mt-3 text-pretty text-[13px] text-ink-soft leading-relaxed">
        Viewers have paid this with cheques, which only this browser holds. Collect them before you delete the data of
        this site, and before a viewer withdraws its deposit.
      </p>
    </Card>
  )
}
