import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatDuration } from '../ui/format'
import { Spinner } from '../ui/Spinner'
import { Stat } from '../ui/Stat'
import { amountOf } from '../wallet/amount'
import type { BroadcastFigures } from './BroadcastState'

export type SettledCardProps = { figures: BroadcastFigures; settling: boolean; onReset(): void }

/** After Stop: first while the end goes on chain, then the result. */
export function SettledCard({ figures, settling, onReset }: SettledCardProps) {
  const price = amountOf(figures.priceWei)
  return (
    <Card heading={settling ? 'Ending the stream' : 'The stream has ended'}>
      {settling && (
        <p role="status" className="mb-4 flex items-center gap-3 text-ink-soft text-sm">
          <Spinner className="size-4 shrink-0" />
          Telling the viewers and the chain. Keep this tab open for a moment.
        </p>
      )}
      <dl className="grid grid-cols-2 gap-4">
        <Stat name="Time">{formatDuration(figures.elapsedMs)}</Stat>
        <Stat name="Price of the work" unit={price.unit} hint="Not charged yet">
          {price.value}
        </Stat>
        <Stat name="Segments sent">{figures.segmentsSent}</Stat>
        <Stat name="Acknowledged">{figures.segmentsAcknowledged}</Stat>
      </dl>
      {!settling && (
        <Button size="large" className="mt-5 w-full" onClick={onReset}>
          New broadcast
        </Button>
      )}
    </Card>
  )
}
