import { useMemo, useSyncExternalStore } from 'react'
import { isMetered, subscribeToMetered } from './metered'
import { type Sharing, type SharingChoice, sharingOf } from './SharingChoice'
import { readSharing, subscribeToSharing } from './sharingStore'

/** In a foreign page, the viewer sees no switches. Without a choice of the viewer, the page connects to no other viewer (decision 055). */
const embedded: SharingChoice = { connects: false, uploads: false }

/** How this browser shares the stream with other viewers now: the viewer's choice, or the default for this network. */
export function useSharing({ isEmbedded = false } = {}): Sharing {
  const choice = useSyncExternalStore(subscribeToSharing, readSharing)
  const metered = useSyncExternalStore(subscribeToMetered, isMetered)
  return useMemo(
    () => sharingOf(isEmbedded ? { ...embedded, ...choice } : choice, metered),
    [choice, metered, isEmbedded],
  )
}
