import { logOf } from 'lp-relay/log'
import { type RefObject, useEffect, useState } from 'react'

const log = logOf('watch')

/**
 * Plays the video when the video has data. Plays with sound if the browser allows sound, otherwise muted. Returns true while the video is
 * muted because the browser did not allow sound.
 */
export function useAutoplay(video: RefObject<HTMLVideoElement | null>): boolean {
  const [silenced, setSilenced] = useState(false)

  useEffect(() => {
    const element = video.current
    if (!element) return

    const start = async () => {
      try {
        await element.play()
      } catch (error) {
        // All other errors come from a reload of the player. After the reload, the video element fires `loadedmetadata` again.
        if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
        element.muted = true
        setSilenced(true)
        await element.play().catch((cause: unknown) => log.debug('not played', () => ({ cause })))
      }
    }
    const onVolume = () => {
      if (!element.muted) setSilenced(false)
    }
    element.addEventListener('loadedmetadata', start)
    element.addEventListener('volumechange', onVolume)
    return () => {
      element.removeEventListener('loadedmetadata', start)
      element.removeEventListener('volumechange', onVolume)
    }
  }, [video])

  return silenced
}
