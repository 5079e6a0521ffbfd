import { logOf } from 'lp-relay/log'
import type { Size } from './picture'

const log = logOf('capture')

/** The size in pixels, and the frame rate. */
export type Picture = Size & { fps: number }

/** The picture that a device is asked for when it is opened. */
export const usualPicture: Picture = { width: 1280, height: 720, fps: 30 }

/** `ideal`, not `exact`, because a camera without these formats must work too. */
export const pictureConstraints = ({ width, height, fps }: Picture) => ({
  width: { ideal: width },
  height: { ideal: height },
  frameRate: { ideal: fps, max: fps },
})

/** The pictures that the page has asked tracks for after they were opened. */
const asked = new WeakMap<MediaStreamTrack, Picture>()

/** Asks a camera or screen for another size and frame rate. Never rejects: a device that refuses keeps its picture. */
export async function askForPicture(track: MediaStreamTrack, picture: Picture): Promise<void> {
  const { width, height, fps } = asked.get(track) ?? usualPicture
  if (picture.width === width && picture.height === height && picture.fps === fps) return
  asked.set(track, picture)
  try {
    await track.applyConstraints(pictureConstraints(picture))
  } catch (error) {
    log.debug('picture refused', () => ({ ...picture, error }))
  }
}

/**
 * The picture that a device gives now, and the largest picture and frame rate that it can give. Undefined while the browser does not know
 * the size. A browser can say that a device can do more than it really can. So if the device gives less than the page has asked for, it can
 * do only this.
 */
export function readPicture(
  track: MediaStreamTrack,
): { now: Size & { fps: number | undefined }; most: Size & { fps: number | undefined } } | undefined {
  const { width, height, frameRate } = track.getSettings()
  if (!width || !height) return undefined
  const fps = frameRate || undefined
  const now = { width, height, fps }
  const wanted = asked.get(track) ?? usualPicture
  const can = track.getCapabilities?.() ?? {}
  const isSmaller = Math.min(width, height) < Math.min(wanted.width, wanted.height)
  const isSlower = fps !== undefined && Math.round(fps) < wanted.fps
  return {
    now,
    most: {
      ...(isSmaller ? { width, height } : largest([can.width?.max, can.height?.max], { width, height })),
      fps: isSlower ? fps : (can.frameRate?.max ?? fps),
    },
  }
}

/** The sides can be swapped: a phone that is held upright gives an upright picture, but describes its camera as wide. */
function largest(sides: readonly (number | undefined)[], now: Size): Size {
  const [short = 0, long = 0] = sides.map((side) => side ?? 0).sort((a, b) => a - b)
  const isUpright = now.height > now.width
  const width = Math.max(now.width, isUpright ? short : long)
  return { width, height: Math.max(now.height, isUpright ? long : short) }
}
