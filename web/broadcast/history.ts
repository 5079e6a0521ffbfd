import type { Hex } from 'viem'
import { type Broadcast, parse, stringify } from './Broadcast'

const storageKey = 'lp.broadcasts'
const maxStored = 20

const listeners = new Set<() => void>()
let known: { text: string | null; broadcasts: readonly Broadcast[] } = { text: null, broadcasts: [] }

/** The stored broadcasts of this browser, newest first. Returns the same array until a broadcast changes. */
export function readHistory(): readonly Broadcast[] {
  const text = localStorage.getItem(storageKey)
  if (text !== known.text) known = { text, broadcasts: parse(text) }
  return known.broadcasts
}

/**
 * Adds a broadcast. Of the broadcasts that are older than the newest `maxStored`, keeps only the broadcasts whose result is not final or
 * whose reserve is not released.
 */
export const addBroadcast = (broadcast: Broadcast): void => write([broadcast, ...readHistory()])

/** Changes fields of a stored broadcast. */
export function updateBroadcast(jobId: Hex, change: (broadcast: Broadcast) => Partial<Broadcast>): void {
  const isWanted = (broadcast: Broadcast) => broadcast.jobId === jobId
  write(readHistory().map((broadcast) => (isWanted(broadcast) ? { ...broadcast, ...change(broadcast) } : broadcast)))
}

/** Removes a broadcast whose job is not on the chain any more. */
export const removeBroadcast = (jobId: Hex): void =>
  write(readHistory().filter((broadcast) => broadcast.jobId !== jobId))

function write(broadcasts: readonly Broadcast[]): void {
  const isOpen = ({ final, isReleased }: Broadcast) => !final || !isReleased
  const text = stringify(broadcasts.filter((broadcast, index) => index < maxStored || isOpen(broadcast)))
  if (text === known.text) return
  localStorage.setItem(storageKey, text)
  for (const listener of [...listeners]) listener()
}

/** Calls `listener` after each change, including changes by other tabs. */
export function subscribeToHistory(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => key === storageKey && listener()
  listeners.add(listener)
  addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', onStorage)
  }
}
