import { type RefObject, useEffect, useState } from 'react'

const events = ['timeupdate', 'seeking', 'durationchange'] as const

/** The position in a recording, and its duration. */
export function usePosition(video: RefObject<HTMLVideoElement | null>): {
  positionS: number
  durationS: number
  seek(seconds: number): void
} {
  const [position, setPosition] = useState({ positionS: 0, durationS: 0 })
  useEffect(() => {
    const element = video.current
    if (!element) return
    // The duration is not a number before the recording is loaded.
    const read = () => setPosition({ positionS: element.currentTime, durationS: element.duration || 0 })
    read()
    for (const event of events) element.addEventListener(event, read)
    return () => {
      for (const event of events) element.removeEventListener(event, read)
    }
  }, [video])
  return {
    ...position,
    seek: (seconds) => {
      if (video.current) video.current.currentTime = seconds
    },
  }
}
