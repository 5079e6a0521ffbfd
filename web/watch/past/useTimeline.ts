import { type RefObject, useEffect, useRef, useState } from 'react'
import type { LivePast } from './LivePast'
import type { Timeline } from './Timeline'

/** The player seeks when the person has not moved the slider for this time: each seek can load segments. */
const restMs = 300
/** While the video is paused, the live edge still moves. */
const readEveryMs = 1_000

const empty: Timeline = { oldestMs: 0, newestMs: 0, shownMs: 0, isBehind: false }

/** The position of the picture between the oldest moment (second 0) and the live edge (second `lengthS`). */
export function useTimeline(
  past: LivePast,
  video: RefObject<HTMLVideoElement | null>,
): { lengthS: number; positionS: number; isBehind: boolean; seek(positionS: number): void } {
  const [timeline, setTimeline] = useState<Timeline>(() => past.read() ?? empty)
  /** The capture time to which the person moves the slider. */
  const [wishMs, setWishMs] = useState<number>()
  const latest = useRef(past)
  useEffect(() => {
    latest.current = past
  })
  useEffect(() => {
    const read = () => setTimeline((before) => latest.current.read() ?? before)
    const timer = setInterval(read, readEveryMs)
    const element = video.current
    element?.addEventListener('seeked', read)
    return () => {
      clearInterval(timer)
      element?.removeEventListener('seeked', read)
    }
  }, [video])
  useEffect(() => {
    if (wishMs === undefined) return
    const timer = setTimeout(() => {
      latest.current.seek(wishMs)
      setTimeline((before) => latest.current.read() ?? before)
      setWishMs(undefined)
    }, restMs)
    return () => clearTimeout(timer)
  }, [wishMs])

  const { oldestMs, newestMs } = timeline
  const isBehind = wishMs === undefined ? timeline.isBehind : wishMs < newestMs
  const shownMs = wishMs ?? (isBehind ? timeline.shownMs : newestMs)
  const lengthS = (newestMs - oldestMs) / 1_000
  return {
    lengthS,
    positionS: Math.min(lengthS, Math.max(0, (shownMs - oldestMs) / 1_000)),
    isBehind,
    seek: (positionS) => setWishMs(oldestMs + positionS * 1_000),
  }
}
