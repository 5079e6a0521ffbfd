import { useEffect, useRef } from 'react'
import type { Playback } from './usePlayback'

const arrowSeconds = 5
const volumeStep = 0.1

/** The keys of the watch page, as the page lists them. `seeks`: the key works only if the person can seek. */
export const keys: readonly { key: string; action: string; seeks?: true }[] = [
  { key: 'Space or K', action: 'Play or pause' },
  { key: 'M', action: 'Sound off or on' },
  { key: '↑ ↓', action: 'Louder or quieter, while the player has the focus' },
  { key: '← →', action: `Back or forward by ${arrowSeconds} seconds`, seeks: true },
  { key: 'F', action: 'Fullscreen' },
  { key: 'P', action: 'Small window' },
  { key: '?', action: 'This list' },
]

/** Elements that use all keys themselves. */
const own =
  'input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog], [role=alertdialog]'
/** Elements that the space bar presses. */
const pressed = 'button, summary, [type=checkbox], [role=button]'

/** Undefined if the person cannot seek. */
type Seek = ((seconds: number) => void) | undefined

/** Handles the keys of the player, also if the focus is outside the player. While `isOn` is false, only the key `?` works. */
export function useKeys(options: { isOn: boolean; playback: Playback; seekBy: Seek; onHelp(): void }): void {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { isOn, playback, seekBy, onHelp } = latest.current
      const target = event.target instanceof Element ? event.target : undefined
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.closest(own)) return
      if (event.key === ' ' && target?.closest(pressed)) return
      // Outside the player, the arrows up and down scroll the page.
      const hasVolume = target?.closest('[data-player]')
      const actions: Record<string, (() => void) | undefined> = {
        ' ': playback.togglePlay,
        k: playback.togglePlay,
        m: playback.toggleMuted,
        f: playback.toggleFullscreen,
        p: playback.togglePictureInPicture,
        arrowleft: seekBy && (() => seekBy(-arrowSeconds)),
        arrowright: seekBy && (() => seekBy(arrowSeconds)),
        arrowup: hasVolume ? () => playback.changeVolume(volumeStep) : undefined,
        arrowdown: hasVolume ? () => playback.changeVolume(-volumeStep) : undefined,
      }
      const action = event.key === '?' ? onHelp : isOn ? actions[event.key.toLowerCase()] : undefined
      if (!action) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
