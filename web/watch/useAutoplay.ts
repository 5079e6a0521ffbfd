import { type RefObject, useEffect, useState } from 'react'

/**
 * Plays as soon as there is something to play: with sound where the browser allows it, else without.
 * True while the sound is off only because the browser wanted it so.
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
        // Anything else than this refusal is the player's own reload, after which this event comes again.
        if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
        element.muted = true
        setSilenced(true)
        await element.play().catch(() => undefined)
      }
    }
    const heard = () => {
      if (!element.muted) setSilenced(false)
    }
    element.addEventListener('loadedmetadata', start)
    element.addEventListener('volumechange', heard)
    return () => {
      element.removeEventListener('loadedmetadata', start)
      element.removeEventListener('volumechange', heard)
    }
  }, [video])

  return silenced
}
