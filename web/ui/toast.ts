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
let isHeld = false
const timers = new Map<number, ReturnType<typeof setTimeout>>()
const start = (id: number) => {
  clearTimeout(timers.get(id))
  if (!isHeld)
    timers.set(
      id,
      setTimeout(() => dismiss(id), shownForMs),
    )
}
const add = (toast: Omit<Toast, 'id'>) => {
  const id = ++lastId
  change([...toasts.slice(1 - maxShown), { ...toast, id }])
  start(id)
}

/** A person reads the messages, or is about to close one: they stay until `release`. */
export const hold = (): void => {
  isHeld = true
  for (const timer of timers.values()) clearTimeout(timer)
}

/** From now on, the messages stay for six more seconds. */
export const release = (): void => {
  isHeld = false
  for (const { id } of toasts) start(id)
}

/** `Toaster` shows each message for six seconds, and longer under the pointer or the focus. */
export const toast = {
  success: (text: string) => add({ isGood: true, text }),
  error: (text: string, nextStep?: string) => add({ isGood: false, text, nextStep }),
}

export const dismiss = (id: number): void => {
  clearTimeout(timers.get(id))
  timers.delete(id)
  change(toasts.filter((toast) => toast.id !== id))
  // The pointer or the focus was on the message that is closed now.
  if (isHeld) release()
}

export const useToasts = (): readonly Toast[] => useSyncExternalStore(subscribe, () => toasts)
