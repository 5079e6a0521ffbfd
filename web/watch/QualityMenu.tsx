import ChevronDown from 'lucide-react/icons/chevron-down'
import { useRef } from 'react'
import type { Level, Levels } from './WatchState'

const nameOf = (level: Level) => (level.isSource ? `${level.height}p source` : `${level.height}p`)

/** A menu of the browser itself: it needs no code, and it also works in fullscreen and on a phone. */
export function QualityMenu({ levels }: { levels: Levels }) {
  const playing = levels.available.find((level) => level.id === levels.playing)
  const isAuto = levels.chosen === 'auto'
  const byPointer = useRef(false)
  return (
    <span className="relative inline-flex shrink-0 items-center">
      <select
        aria-label="Quality"
        disabled={levels.available.length === 0}
        value={levels.chosen}
        onPointerDown={() => {
          byPointer.current = true
        }}
        onKeyDown={() => {
          byPointer.current = false
        }}
        onChange={(event) => {
          levels.onChoose(event.target.value)
          // A person with the keyboard is still in the menu. For all others, the keys belong to the player again.
          if (byPointer.current) event.target.blur()
        }}
        className="h-11 appearance-none rounded-full bg-transparent pr-8 pl-3 font-medium text-sm tabular-nums transition-colors hover:bg-white/20 disabled:opacity-50 [&>option]:bg-surface [&>option]:text-ink"
      >
        <option value="auto">{isAuto && playing ? `Auto ${playing.height}p` : 'Auto'}</option>
        {levels.available.map((level) => (
          <option key={level.id} value={level.id}>
            {nameOf(level)}
          </option>
        ))}
      </select>
      <ChevronDown className="pointer-events-none absolute right-3 size-4" aria-hidden="true" />
    </span>
  )
}
