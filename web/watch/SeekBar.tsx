import type { RefObject } from 'react'
import { formatDuration } from '../ui/format'
import { usePosition } from './usePosition'

/** Shows the position in a recording, and lets the person change the position. */
export function SeekBar({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const { positionS, durationS, seek } = usePosition(video)
  const [position, duration] = [formatDuration(positionS * 1_000), formatDuration(durationS * 1_000)]
  return (
    <div className="flex basis-full items-center gap-3 px-2 text-sm tabular-nums">
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={`${position} of ${duration}`}
        min={0}
        max={durationS}
        step={0.1}
        value={positionS}
        onChange={(event) => seek(event.target.valueAsNumber)}
        className="min-w-0 grow accent-white"
      />
      <span>
        {position} / {duration}
      </span>
    </div>
  )
}
