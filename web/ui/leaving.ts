import { useEffect, useSyncExternalStore } from 'react'
import { navigate, useHashLocation } from 'wouter/use-hash-location'

/** The question before the person leaves a page. */
export type LeaveQuestion = {
  question: string
  consequence: string
  confirmLabel: string
  cancelLabel: string
  /** Called when the person has confirmed. The page stays until the promise settles. */
  onLeave(): Promise<void>
}

type Guard = {
  ask: LeaveQuestion
  /** The address of the guarded page. */
  location: string
  /** The address of the link that the person has clicked. */
  clicked?: string
  isLeaving?: boolean
}

let guard: Guard | undefined
const listeners = new Set<() => void>()
const change = (next: Guard | undefined) => {
  guard = next
  for (const listener of [...listeners]) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
const getGuard = () => guard

/**
 * The address of the page that the app shows, for `Router` of wouter. While a page is guarded (`useLeaveQuestion`), it stays, also if the
 * person presses “Back” or changes the address in the browser.
 */
export function useGuardedLocation(): [string, typeof navigate] {
  const [location] = useHashLocation()
  return [useSyncExternalStore(subscribe, getGuard)?.location ?? location, goTo]
}
useGuardedLocation.hrefs = (href: string) => `#${href}`

const goTo: typeof navigate = (to, options) => {
  if (guard && to !== guard.location) change({ ...guard, clicked: to })
  else navigate(to, options)
}

/** While `ask` is defined, the page that is shown now stays until the person has confirmed the question. Memoize `ask`. */
export function useLeaveQuestion(ask: LeaveQuestion | undefined): void {
  const [location] = useGuardedLocation()
  useEffect(() => {
    if (!ask || guard?.isLeaving) return
    change({ ask, location })
    return () => {
      if (!guard?.isLeaving) change(undefined)
    }
  }, [ask, location])
}

/** The question that the guarded page asks now. Undefined while the person does not try to leave a guarded page. */
export function useLeaveAttempt(): { ask: LeaveQuestion; isLeaving: boolean; stay(): void; leave(): void } | undefined {
  const [location] = useHashLocation()
  const current = useSyncExternalStore(subscribe, getGuard)
  if (!current) return undefined
  const target = current.clicked ?? location
  if (target === current.location) return undefined
  const { ask, isLeaving = false } = current
  return {
    ...{ ask, isLeaving },
    stay() {
      // A dialog also closes after the person has confirmed.
      if (guard?.isLeaving) return
      if (location !== current.location) navigate(current.location, { replace: true })
      change({ ask, location: current.location })
    },
    leave() {
      change({ ...current, isLeaving: true })
      void ask.onLeave().finally(() => {
        change(undefined)
        if (target !== location) navigate(target)
      })
    },
  }
}
