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

/** A segment that has come is not yet on the screen: it is taken apart, and decoded. */
const appendMs = 200

/** How long the picture goes on with what there is, less the time to make use of more. */
export function spareMs({ buffered, currentTime, playbackRate }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    const isPlayed = buffered.start(range) <= currentTime && currentTime < buffered.end(range)
    if (isPlayed) return Math.max(0, ((buffered.end(range) - currentTime) * 1_000) / (playbackRate || 1) - appendMs)
  }
  return 0
}
