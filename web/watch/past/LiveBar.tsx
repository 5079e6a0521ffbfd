import type { RefObject } from 'react'
import { formatDuration } from '../../ui/format'
import type { LivePast } from './LivePast'
import { useTimeline } from './useTimeline'

/** Shows where the picture of a live stream is between the oldest moment and the live edge, and lets the person seek back. */
export function LiveBar({ past, video }: { past: LivePast; video: RefObject<HTMLVideoElement | null> }) {
  const { lengthS, positionS, isBehind, seek } = useTimeline(past, video)
  const behind = formatDuration((lengthS - positionS) * 1_000)
  return (
    <div className="flex basis-full items-center gap-3 px-2 text-sm tabular-nums">
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={isBehind ? `${behind} behind live` : 'Live'}
        data-testid="live-bar"
        data-length={Math.round(lengthS)}
        data-behind={isBehind ? Math.round(lengthS - positionS) : 0}
        min={0}
        max={lengthS}
        step={1}
        value={positionS}
        onChange={(event) => seek(event.target.valueAsNumber)}
        className="min-w-0 grow accent-white"
      />
      <span>{isBehind ? `−${behind}` : 'Live'}</span>
    </div>
  )
}
