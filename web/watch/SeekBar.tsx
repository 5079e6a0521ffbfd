import type { RefObject } from 'react'
import { formatDuration } from '../ui/format'
import { usePosition } from './usePosition'

/** Shows the place in a recording, and moves to another place. */
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
