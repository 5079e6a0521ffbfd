import type { Hex } from 'viem'
import { type Broadcast, parse, stringify } from './Broadcast'

const storageKey = 'lp.broadcasts'
const kept = 20

const listeners = new Set<() => void>()
let known: { text: string | null; broadcasts: readonly Broadcast[] } = { text: null, broadcasts: [] }

/** The broadcasts that this browser remembers, newest first; the same array while nothing changes. */
export function readHistory(): readonly Broadcast[] {
  const text = localStorage.getItem(storageKey)
  if (text !== known.text) known = { text, broadcasts: parse(text) }
  return known.broadcasts
}

/** Adds a broadcast. What is oldest, and owes nothing, makes room. */
export const remember = (broadcast: Broadcast): void => write([broadcast, ...readHistory()])

/** Changes what is known of a broadcast. */
export function amend(jobId: Hex, change: (broadcast: Broadcast) => Partial<Broadcast>): void {
  const isIt = (broadcast: Broadcast) => broadcast.jobId === jobId
  write(readHistory().map((broadcast) => (isIt(broadcast) ? { ...broadcast, ...change(broadcast) } : broadcast)))
}

/** Of a chain that is there no more. */
export const forget = (jobId: Hex): void => write(readHistory().filter((broadcast) => broadcast.jobId !== jobId))

function write(broadcasts: readonly Broadcast[]): void {
  const isOpen = ({ final, isReleased }: Broadcast) => !final || !isReleased
  const text = stringify(broadcasts.filter((broadcast, index) => index < kept || isOpen(broadcast)))
  if (text === known.text) return
  localStorage.setItem(storageKey, text)
  for (const listener of [...listeners]) listener()
}

/** Tells of changes, by other tabs as well. */
export function subscribeToHistory(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => key === storageKey && listener()
  listeners.add(listener)
  addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', onStorage)
  }
}
