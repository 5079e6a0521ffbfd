import { logOf } from 'lp-relay/log'
import { type RefObject, useEffect, useState } from 'react'

const log = logOf('watch')

const events = ['play', 'pause', 'volumechange'] as const

type Snapshot = { paused: boolean; muted: boolean; volume: number; isFullscreen: boolean }

export type Playback = Snapshot & {
  togglePlay(): void
  toggleMuted(): void
  /** `volume`: from 0 to 1. */
  setVolume(volume: number): void
  /** Makes the video louder or quieter by `step`. The volume stays between 0 and 1. */
  changeVolume(step: number): void
  seekBy(seconds: number): void
  toggleFullscreen(): void
  /** Undefined if the browser has no picture-in-picture. */
  togglePictureInPicture: (() => void) | undefined
}

// On iOS, only the video element can be fullscreen.
type IosVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void }

/** The controls of a video element. `frame` becomes fullscreen instead of the video, because our controls must stay visible. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>, frame: RefObject<HTMLElement | null>): Playback {
  const [snapshot, setSnapshot] = useState<Snapshot>({
    paused: true,
    muted: false,
    volume: 1,
    isFullscreen: false,
  })

  useEffect(() => {
    const element = video.current
    if (!element) return
    const read = () =>
      setSnapshot({
        paused: element.paused,
        muted: element.muted,
        volume: element.volume,
        isFullscreen: document.fullscreenElement !== null && document.fullscreenElement === frame.current,
      })
    read()
    for (const event of events) element.addEventListener(event, read)
    document.addEventListener('fullscreenchange', read)
    return () => {
      for (const event of events) element.removeEventListener(event, read)
      document.removeEventListener('fullscreenchange', read)
    }
  }, [video, frame])

  // The browser refuses an action without a gesture or a permission. In this case the control does not change.
  const quietly = (action: Promise<unknown> | undefined) =>
    void action?.catch((error: unknown) => log.debug('refused by the browser', () => ({ error })))

  const setVolume = (volume: number) => {
    if (video.current) Object.assign(video.current, { volume, muted: volume === 0 })
  }

  // The controls read the video element, not the snapshot. A person can press a second key before the snapshot shows the effect of the
  // first key.
  return {
    ...snapshot,
    togglePlay: () => (video.current?.paused ? quietly(video.current.play()) : video.current?.pause()),
    toggleMuted: () => {
      if (video.current) video.current.muted = !video.current.muted
    },
    setVolume,
    changeVolume: (step) => {
      const { muted = false, volume = 0 } = video.current ?? {}
      setVolume(Math.min(1, Math.max(0, Math.round(100 * ((muted ? 0 : volume) + step)) / 100)))
    },
    seekBy: (seconds) => {
      if (video.current) video.current.currentTime += seconds
    },
    toggleFullscreen: () => {
      if (document.fullscreenElement) return quietly(document.exitFullscreen())
      if (document.fullscreenEnabled) return quietly(frame.current?.requestFullscreen())
      ;(video.current as IosVideo | null)?.webkitEnterFullscreen?.()
    },
    togglePictureInPicture: document.pictureInPictureEnabled
      ? () =>
          quietly(
            document.pictureInPictureElement
              ? document.exitPictureInPicture()
              : video.current?.requestPictureInPicture(),
          )
      : undefined,
  }
}
