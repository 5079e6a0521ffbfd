import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatDuration } from '../ui/format'
import { Spinner } from '../ui/Spinner'
import type { BroadcastFigures } from './BroadcastState'
import { SettlementBody } from './SettlementBody'
import type { Settling } from './Settling'
import type { Errands } from './useErrands'

export type SettlementCardProps = {
  figures: BroadcastFigures
  /** The last segments, and the end, are on their way out of this page. */
  isTelling: boolean
  settling: Settling | undefined
  errands: Errands
  onReset(): void
}

/** After Stop: how the work is claimed, checked and paid, and in the end the bill. */
export function SettlementCard({ figures, isTelling, settling, errands, onReset }: SettlementCardProps) {
  const isSettled = settling?.isSettled ?? false
  return (
    <Card
      heading={isTelling ? 'Ending the stream' : isSettled ? 'Settled' : 'Settling'}
      aside={
        !isSettled && (
          <span className="text-ink-soft text-sm tabular-nums">
            {formatDuration(figures.elapsedMs)} on air, {figures.segmentsAcknowledged} segments
          </span>
        )
      }
    >
      {isTelling ? (
        <p role="status" className="flex items-center gap-3 text-ink-soft text-sm">
          <Spinner className="size-4 shrink-0" />
          Handing over the last segments. Keep this tab open for a moment.
        </p>
      ) : (
        <>
          {settling && <SettlementBody settling={settling} errands={errands} />}
          {!isSettled && (
            <p className="mt-4 text-pretty text-[13px] text-ink-soft leading-relaxed">
              This goes on without you. You can close the page; the bill will be here when you come back.
            </p>
          )}
          <Button look={isSettled ? 'primary' : 'outline'} size="large" className="mt-5 w-full" onClick={onReset}>
            New broadcast
          </Button>
        </>
      )}
    </Card>
  )
}
