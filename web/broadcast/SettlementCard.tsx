import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatDuration } from '../ui/format'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Spinner } from '../ui/Spinner'
import type { BroadcastFigures } from './BroadcastState'
import type { PastBroadcast } from './PastBroadcast'
import { SettlementBody } from './SettlementBody'
import type { JobActions } from './useJobActions'

export type SettlementCardProps = {
  figures: BroadcastFigures
  /** The page still sends the last segments and the end of the stream. */
  isHandingOver: boolean
  /** Why the page has ended the stream. Undefined if the person has stopped the stream, or if all tracks have ended. */
  reason: Problem | undefined
  past: PastBroadcast | undefined
  jobActions: JobActions
  onReset(): void
}

/** After the stream has ended, shows the claims, verifications and payments, and finally the bill. */
export function SettlementCard({ figures, isHandingOver, reason, past, jobActions, onReset }: SettlementCardProps) {
  const isSettled = past?.isSettled ?? false
  return (
    <Card
      heading={isHandingOver ? 'Ending the stream' : isSettled ? 'Settled' : 'Settling'}
      aside={
        !isSettled && (
          <span className="text-ink-soft text-sm tabular-nums">
            {formatDuration(figures.elapsedMs)} on air, {figures.segmentsAcknowledged} segments
          </span>
        )
      }
    >
      {reason && <Notice problem={reason} className="mb-4" />}
      {isHandingOver ? (
        <p role="status" className="flex items-center gap-3 text-ink-soft text-sm">
          <Spinner className="size-4 shrink-0" />
          Sending the last segments. Keep this tab open.
        </p>
      ) : (
        <>
          {past && <SettlementBody past={past} jobActions={jobActions} />}
          {!isSettled && (
            <p className="mt-4 text-pretty text-[13px] text-ink-soft leading-relaxed">
              You can close this page. The bill will be here when you come back.
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
