import { useSyncExternalStore } from 'react'

/** A short message about something that has just happened. */
export type Toast = { id: number; isGood: boolean; text: string; nextStep?: string | undefined }

const shownForMs = 6_000
const maxShown = 3

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()
const change = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
const add = (toast: Omit<Toast, 'id'>) => {
  const id = ++lastId
  change([...toasts.slice(1 - maxShown), { ...toast, id }])
  setTimeout(() => dismiss(id), shownForMs)
}

/** `Toaster` shows each message for six seconds. */
export const toast = {
  success: (text: string) => add({ isGood: true, text }),
  error: (text: string, nextStep?: string) => add({ isGood: false, text, nextStep }),
}

export const dismiss = (id: number) => change(toasts.filter((toast) => toast.id !== id))

export const useToasts = (): readonly Toast[] => useSyncExternalStore(subscribe, () => toasts)
