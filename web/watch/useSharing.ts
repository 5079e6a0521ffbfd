import { useMemo, useSyncExternalStore } from 'react'
import { isMetered, subscribeToMetered } from './metered'
import { type Sharing, sharingOf } from './SharingChoice'
import { readSharing, subscribeToSharing } from './sharingStore'

/** How this browser shares the stream with other viewers now: the viewer's choice, or the default for this network. */
export function useSharing(): Sharing {
  const choice = useSyncExternalStore(subscribeToSharing, readSharing)
  const metered = useSyncExternalStore(subscribeToMetered, isMetered)
  return useMemo(() => sharingOf(choice, metered), [choice, metered])
}
