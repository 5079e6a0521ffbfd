import { UnsafeBrowserError } from './StoreError'

/**
 * Resolves when no other tab uses the store, with the function that gives it up. The browser gives it up when the tab closes. Two tabs with one
 * store would sign two cheques with one number. `onWait`: another tab uses the store now. Rejects with `UnsafeBrowserError`, or the reason of
 * `signal`.
 */
export async function lockStore(
  name: string,
  { signal, onWait }: { signal: AbortSignal; onWait(): void },
): Promise<() => void> {
  if (!globalThis.navigator?.locks) throw new UnsafeBrowserError()
  const release = await hold(name, { ifAvailable: true })
  if (release) return release
  onWait()
  return (await hold(name, { signal })) as () => void
}

/** `undefined`: the lock is not available now. */
const hold = (name: string, options: LockOptions): Promise<(() => void) | undefined> =>
  new Promise((resolve, reject) => {
    const run = (lock: Lock | null) =>
      lock ? new Promise<void>((release) => resolve(() => release())) : resolve(undefined)
    navigator.locks.request(name, options, run).catch(reject)
  })
