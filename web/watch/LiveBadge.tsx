import { formatSeconds } from '../ui/format'
import { StatusBadge } from '../ui/StatusBadge'

export type LiveBadgeProps = { latencyMs: number | undefined; onGoToLive: (() => void) | undefined }

/** Shows "Live" and the latency. The badge is a button if `onGoToLive` is given. */
export function LiveBadge({ latencyMs, onGoToLive }: LiveBadgeProps) {
  const badge = (
    <StatusBadge tone="live">
      Live
      {latencyMs !== undefined && <span className="font-normal">{formatSeconds(latencyMs)}</span>}
    </StatusBadge>
  )
  if (!onGoToLive) return badge
  return (
    <button type="button" onClick={onGoToLive} aria-label="Jump to live" className="rounded-full">
      {badge}
    </button>
  )
}
