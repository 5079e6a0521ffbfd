import Check from 'lucide-react/icons/check'
import Settings2 from 'lucide-react/icons/settings-2'
import { DropdownMenu } from 'radix-ui'
import type { RefObject } from 'react'
import type { Level, Levels } from './WatchState'

const nameOf = (level: Level) => (level.isSource ? `${level.height}p source` : `${level.height}p`)

export function QualityMenu({ levels, container }: { levels: Levels; container: RefObject<HTMLElement | null> }) {
  const playing = levels.available.find((level) => level.id === levels.playing)
  const shown = playing ? `${playing.height}p` : 'Auto'
  const options = [
    { id: 'auto', name: 'Auto', note: levels.chosen === 'auto' && playing ? `${playing.height}p` : '' },
    ...levels.available.map((level) => ({ id: level.id, name: nameOf(level), note: '' })),
  ]
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        disabled={levels.available.length === 0}
        aria-label={`${shown}, quality`}
        className="inline-flex h-11 shrink-0 items-center gap-1.5 rounded-full px-3 font-medium text-sm tabular-nums transition-colors hover:bg-white/20 disabled:opacity-50"
      >
        <Settings2 className="size-5" aria-hidden="true" />
        {shown}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={container.current}>
        <DropdownMenu.Content
          side="top"
          align="end"
          sideOffset={4}
          className="z-50 min-w-40 animate-rise rounded-xl border border-line bg-surface p-1 text-ink shadow-card"
        >
          <DropdownMenu.RadioGroup value={levels.chosen} onValueChange={levels.onChoose}>
            {options.map((option) => (
              <DropdownMenu.RadioItem
                key={option.id}
                value={option.id}
                className="flex items-center gap-2 rounded-lg px-2.5 py-2 text-sm tabular-nums outline-none data-[highlighted]:bg-inset"
              >
                <span className="size-4">
                  <DropdownMenu.ItemIndicator>
                    <Check className="size-4 text-accent" aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="grow">{option.name}</span>
                <span className="text-ink-soft">{option.note}</span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
