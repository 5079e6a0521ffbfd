import { formatDuration, formatSeconds } from '../ui/format'
import { StatusBadge } from '../ui/StatusBadge'
import type { TimeShift } from './LivePause'

export type LiveBadgeProps = {
  latencyMs: number | undefined
  isPaused: boolean
  timeShift: TimeShift
  onGoToLive: (() => void) | undefined
}

/** Shows whether the picture is live, behind live or paused, and the latency. The badge is a button if `onGoToLive` is given. */
export function LiveBadge({ latencyMs, isPaused, timeShift, onGoToLive }: LiveBadgeProps) {
  const place = isPaused ? 'Paused' : timeShift === 'behind' ? 'Behind live' : 'Live'
  // The player does not measure the latency of a picture that stands still.
  const latency =
    isPaused || latencyMs === undefined ? '' : latencyMs < 60_000 ? formatSeconds(latencyMs) : formatDuration(latencyMs)
  const badge = (
    <StatusBadge tone={place === 'Live' ? 'live' : 'neutral'}>
      {place}
      {latency && <span className="font-normal"> {latency}</span>}
    </StatusBadge>
  )
  if (!onGoToLive) return badge
  return (
    <button
      type="button"
      onClick={onGoToLive}
      className="relative rounded-full before:absolute before:-inset-2 before:rounded-full"
    >
      {badge}
      <span className="sr-only">, jump to live</span>
    </button>
  )
}
