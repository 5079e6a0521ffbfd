/** What a video element shows. */
export type Picture = {
  /** There is something to see. */
  hasStarted: boolean
  /** It stands still and should not. */
  isWaiting: boolean
  /** All that there was has been played. */
  isFinished: boolean
  /** How often it stood still while it played. */
  stalls: number
}

export const noPicture: Picture = { hasStarted: false, isWaiting: false, isFinished: false, stalls: 0 }

/** Tells what `video` shows, from now until `signal` aborts. */
export function observePicture(
  video: HTMLVideoElement,
  { signal, onChange }: { signal: AbortSignal; onChange(picture: Picture): void },
): void {
  let picture = noPicture
  let hasPlayed = false
  const tell = (change: Partial<Picture>) => {
    picture = { ...picture, ...change }
    onChange(picture)
  }
  const on = (event: keyof HTMLMediaElementEventMap, listener: () => void) =>
    video.addEventListener(event, listener, { signal })

  on('loadeddata', () => tell({ hasStarted: true, isFinished: false }))
  on('playing', () => {
    hasPlayed = true
    tell({ hasStarted: true, isWaiting: false, isFinished: false })
  })
  on('waiting', () => {
    // Filling the buffer at the start, or where somebody has jumped to, is no stall.
    const isStall = hasPlayed && !video.seeking && !video.paused && !picture.isWaiting
    tell({ isWaiting: true, stalls: picture.stalls + (isStall ? 1 : 0) })
  })
  on('timeupdate', () => {
    if (picture.isWaiting && !video.seeking && video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA)
      tell({ isWaiting: false })
  })
  on('ended', () => tell({ isWaiting: false, isFinished: true }))
  on('emptied', () => {
    hasPlayed = false
    tell({ hasStarted: false, isWaiting: false, isFinished: false })
  })
}
