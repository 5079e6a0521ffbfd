import { logOf } from 'lp-relay/log'
import { type RefObject, useEffect, useState } from 'react'

const log = logOf('watch')

/** Old browsers have no remote playback. */
type CastVideo = Omit<HTMLVideoElement, 'remote'> & { remote?: RemotePlayback }

/**
 * Opens the browser's list of devices that can play this video. Undefined while the browser offers no device. Most browsers can only send a
 * video that the video element itself fetches (`nativeHls`).
 */
export function useCast(video: RefObject<HTMLVideoElement | null>): (() => void) | undefined {
  const [isOffered, setIsOffered] = useState(false)
  useEffect(() => {
    const { remote } = (video.current as CastVideo | null) ?? {}
    if (!remote) return
    let isOver = false
    const watching = remote.watchAvailability((isAvailable) => isOver || setIsOffered(isAvailable))
    // The browser refuses to look for devices for this video, or always.
    watching.catch((error: unknown) => log.debug('no remote playback', () => ({ error })))
    return () => {
      isOver = true
      setIsOffered(false)
      watching.then((id) => remote.cancelWatchAvailability(id)).catch(() => undefined)
    }
  }, [video])
  return isOffered ? () => void (video.current as CastVideo | null)?.remote?.prompt().catch(() => undefined) : undefined
}
