import { type RefObject, useEffect } from 'react'

/**
 * The device shows the title of this video, for example on the lock screen. The media keys, the lock screen and the headset can play and
 * pause the video. `title`: undefined while there is nothing to play.
 */
export function useMediaSession(
  video: RefObject<HTMLVideoElement | null>,
  { title, posterUrl, paused }: { title: string | undefined; posterUrl: string | undefined; paused: boolean },
): void {
  const isPlayable = title !== undefined
  useEffect(() => {
    const session = sessionOf(navigator)
    if (!session || title === undefined) return
    session.metadata = new MediaMetadata({ title, artist: 'lp', artwork: posterUrl ? [{ src: posterUrl }] : [] })
    return () => {
      session.metadata = null
    }
  }, [title, posterUrl])
  useEffect(() => {
    const session = sessionOf(navigator)
    if (!session || !isPlayable) return
    // The browser refuses to play without a gesture of the person. Then the video stays paused.
    session.setActionHandler('play', () => void video.current?.play().catch(() => undefined))
    session.setActionHandler('pause', () => video.current?.pause())
    return () => {
      session.playbackState = 'none'
      session.setActionHandler('play', null)
      session.setActionHandler('pause', null)
    }
  }, [video, isPlayable])
  useEffect(() => {
    const session = sessionOf(navigator)
    if (session && isPlayable) session.playbackState = paused ? 'paused' : 'playing'
  }, [isPlayable, paused])
}

/** Old browsers have no media session. */
const sessionOf = ({ mediaSession }: { mediaSession?: MediaSession }) => mediaSession
