/** The state of the picture of a video element. */
export type Picture = {
  /** The video has a picture. */
  hasStarted: boolean
  /** The picture waits for data. */
  isWaiting: boolean
  /** The stream was played to its end. */
  isFinished: boolean
  /** How often playing was interrupted. */
  stalls: number
}

export const noPicture: Picture = { hasStarted: false, isWaiting: false, isFinished: false, stalls: 0 }

/** Reports the picture of `video` until `signal` aborts. */
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
  const on = (event: keyof HTMLMediaElementEventMap, listener: () => unknown) =>
    video.addEventListener(event, listener, { signal })

  on('loadeddata', () => tell({ hasStarted: true, isFinished: false }))
  on('playing', () => {
    hasPlayed = true
    tell({ hasStarted: true, isWaiting: false, isFinished: false })
  })
  on('waiting', () => {
    // Filling the buffer at the start or after a jump is not a stall.
    const isStall = hasPlayed && !video.seeking && !video.paused && !picture.isWaiting
    tell({ isWaiting: true, stalls: picture.stalls + (isStall ? 1 : 0) })
  })
  on('timeupdate', () => {
    if (picture.isWaiting && !video.seeking && video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA)
      tell({ isWaiting: false })
  })
  // A paused picture waits for nothing.
  on('pause', () => picture.isWaiting && tell({ isWaiting: false }))
  on('ended', () => tell({ isWaiting: false, isFinished: true }))
  on('emptied', () => {
    hasPlayed = false
    tell({ hasStarted: false, isWaiting: false, isFinished: false })
  })
}

/**
 * True while the video plays, and also while it waits for data. False while the video is paused or seeking, and before it has played for
 * the first time: until then, an empty buffer does not mean that bytes came late.
 */
export const isPlaying = ({ paused, seeking, played }: HTMLVideoElement): boolean =>
  !paused && !seeking && played.length > 0

/** The time to demux and decode a segment that has arrived. */
const appendMs = 200

/** The time for which the picture can continue with the buffered data, minus the time to append a segment. */
export const spareMs = (video: HTMLVideoElement): number => Math.max(0, bufferedMs(video) - appendMs)

/** The time for which the picture can continue with the buffered data. */
export function bufferedMs({ buffered, currentTime, playbackRate }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    const isPlayed = buffered.start(range) <= currentTime && currentTime < buffered.end(range)
    if (isPlayed) return ((buffered.end(range) - currentTime) * 1_000) / (playbackRate || 1)
  }
  return 0
}

/** Whether the buffer has this position, in seconds. */
export function isBuffered({ buffered }: HTMLVideoElement, positionS: number): boolean {
  for (let range = 0; range < buffered.length; range++)
    if (buffered.start(range) <= positionS && positionS < buffered.end(range)) return true
  return false
}
