import { logOf } from 'lp-relay/log'
import { useSyncExternalStore } from 'react'

const log = logOf('ui')

export type Theme = 'light' | 'dark'

/** The script in index.html reads this key too, before the first paint. */
const storageKey = 'lp.theme'
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function current(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return systemIsDark.matches ? 'dark' : 'light'
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(storageKey, theme)
  } catch (error) {
    // The browser may forbid storage. In this case the choice lasts until the page is closed or loaded again.
    log.debug('theme not stored', () => ({ error }))
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  systemIsDark.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    systemIsDark.removeEventListener('change', listener)
  }
}

/** The current theme: the theme that the person has chosen. If no theme was chosen, the system's theme. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, current)
