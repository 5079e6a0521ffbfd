import { useRef } from 'react'
import { useMicrophoneLevel } from './useMicrophoneLevel'

const bars = [0.05, 0.25, 0.45, 0.65, 0.85]

/** Five bars that show the level of the microphone. */
export function MicrophoneMeter({ stream, on }: { stream: MediaStream | undefined; on: boolean }) {
  const meter = useRef<HTMLDivElement>(null)
  useMicrophoneLevel(meter, on ? stream : undefined)
  return (
    <div ref={meter} className="flex h-5 items-end gap-[3px]" role="img" aria-label={on ? 'Microphone level' : 'Muted'}>
      {bars.map((threshold, index) => (
        <span
          key={threshold}
          className="w-1 rounded-full bg-[#45d3b9]"
          style={{
            height: `${40 + index * 15}%`,
            opacity: `clamp(0.25, calc(0.25 + (var(--level, 0) - ${threshold}) * 8), 1)`,
          }}
        />
      ))}
    </div>
  )
}
