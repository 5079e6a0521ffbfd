import { useEffect, useSyncExternalStore } from 'react'

let isOpen = false
const listeners = new Set<() => void>()

function setOpen(open: boolean): void {
  isOpen = open
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const openConnectDialog = () => setOpen(true)

const close = () => setOpen(false)

/** Whether the dialog in which the person chooses a wallet is open. Every component can open it; `AccountButton` shows it. */
export function useConnectDialog(): { isOpen: boolean; close(): void } {
  // The next page opens without the dialog.
  useEffect(() => close, [])
  return { isOpen: useSyncExternalStore(subscribe, () => isOpen), close }
}
