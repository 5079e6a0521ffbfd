import { useSyncExternalStore } from 'react'

/** `web/substitutes.ts` replaces a storage that cannot be written with an object that is no `Storage`. */
const isForgetful = () => !(localStorage instanceof Storage)

function subscribe(listener: () => void): () => void {
  addEventListener('storage', listener)
  return () => removeEventListener('storage', listener)
}

/** Whether this browser stores no data for this page: the browser forbids storage, or has no space left. */
export const useIsForgetful = (): boolean => useSyncExternalStore(subscribe, isForgetful)
