import Square from 'lucide-react/icons/square'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { ConfirmDialog } from '../ui/ConfirmDialog'
import { CopyText } from '../ui/CopyText'
import { formatDuration } from '../ui/format'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Stat } from '../ui/Stat'
import { amountOf, formatAmount } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { BroadcastFigures } from './BroadcastState'
import { DepositLeft } from './DepositLeft'
import type { TopUp } from './useTopUp'

export type LiveCardProps = { figures: BroadcastFigures; trouble: Problem | undefined; topUp: TopUp; onStop(): void }

export function LiveCard({ figures, trouble, topUp, onStop }: LiveCardProps) {
  const price = amountOf(figures.priceWei)
  const income = figures.incomeWei === undefined ? undefined : amountOf(figures.incomeWei)
  return (
    <Card
      heading="On air"
      aside={
        <CopyText
          label="transcoder address"
          text={figures.transcoder}
          short={`via ${shortAddress(figures.transcoder)}`}
        />
      }
    >
      {trouble && <Notice problem={trouble} className="mb-4" />}
      <DepositLeft figures={figures} topUp={topUp} />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-4">
        <Stat name="Time">{formatDuration(figures.elapsedMs)}</Stat>
        <Stat name="Price so far" unit={price.unit} hint={`of ${formatAmount(figures.depositWei)} deposit`}>
          {price.value}
        </Stat>
        {income && (
          <Stat name="Income" unit={income.unit} hint={incomeHint(figures)}>
            {income.value}
          </Stat>
        )}
        <Stat name="Segments sent">{figures.segmentsSent}</Stat>
        <Stat name="Acknowledged">{figures.segmentsAcknowledged}</Stat>
      </dl>
      <ConfirmDialog
        trigger={
          <Button look="outline" size="large" className="mt-5 w-full">
            <Square className="size-4 fill-current" aria-hidden="true" />
            Stop
          </Button>
        }
        question="Stop the broadcast?"
        consequence="The stream ends for all viewers."
        confirmLabel="Stop"
        cancelLabel="Continue"
        onConfirm={onStop}
      />
    </Card>
  )
}

const incomeHint = ({ incomeWei = 0n, elapsedMs }: BroadcastFigures): string =>
  `${formatAmount((incomeWei * 60_000n) / BigInt(Math.max(elapsedMs, 60_000)))} a minute`
