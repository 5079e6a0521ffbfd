import { type RefObject, useEffect, useState } from 'react'
import { bufferedMs } from './picture'

export type VideoFigures = {
  /** The size of the picture in pixels. */
  width: number
  height: number
  /** Pictures that the video element showed in the last second. Undefined in the first second. */
  fps: number | undefined
  /** Pictures that the video element did not show, because they were decoded too late. */
  dropped: number
  /** The time for which the picture can continue with the buffered data. */
  bufferMs: number
}

const readEveryMs = 1_000

/** The figures of a video element, once a second while `isOn` is true. Undefined before the first picture. */
export function useVideoFigures(video: RefObject<HTMLVideoElement | null>, isOn: boolean): VideoFigures | undefined {
  const [figures, setFigures] = useState<VideoFigures>()
  useEffect(() => {
    const element = video.current
    if (!isOn || !element) return
    let before: { shown: number; atMs: number } | undefined
    const read = () => {
      const { totalVideoFrames, droppedVideoFrames: dropped } = element.getVideoPlaybackQuality()
      const now = { shown: totalVideoFrames - dropped, atMs: performance.now() }
      const fps = before && Math.max(0, Math.round((1_000 * (now.shown - before.shown)) / (now.atMs - before.atMs)))
      before = now
      const { videoWidth: width, videoHeight: height } = element
      setFigures(width > 0 ? { width, height, fps, dropped, bufferMs: bufferedMs(element) } : undefined)
    }
    read()
    const timer = setInterval(read, readEveryMs)
    return () => clearInterval(timer)
  }, [video, isOn])
  return figures
}
