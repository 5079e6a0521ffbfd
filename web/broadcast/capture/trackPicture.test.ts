import { describe, expect, it } from 'vitest'
import { askForPicture, readPicture } from './trackPicture'

/** A track that gives `settings`, and says that it can give `most`. */
function trackOf(
  settings: { width?: number; height?: number; frameRate?: number },
  most?: { width: number; height: number; frameRate: number },
) {
  const asked: unknown[] = []
  const track = {
    getSettings: () => settings,
    ...(most && {
      getCapabilities: () => ({
        width: { max: most.width },
        height: { max: most.height },
        frameRate: { max: most.frameRate },
      }),
    }),
    applyConstraints: async (constraints: unknown) => void asked.push(constraints),
  } as unknown as MediaStreamTrack
  return { track, asked, settings }
}

const hd = { width: 1280, height: 720, frameRate: 30 }
const fullHd = { width: 1920, height: 1080, frameRate: 60 }

describe('readPicture', () => {
  it('reads what the camera gives, and what it can give', () => {
    expect(readPicture(trackOf(hd, fullHd).track)).toEqual({
      now: { width: 1280, height: 720, fps: 30 },
      most: { width: 1920, height: 1080, fps: 60 },
    })
  })

  it('for a phone that is held upright, swaps the sides that the browser names', () => {
    const { track } = trackOf({ width: 720, height: 1280, frameRate: 30 }, fullHd)
    expect(readPicture(track)?.most).toEqual({ width: 1080, height: 1920, fps: 60 })
  })

  it('does not believe that a camera can do more than it gives when it is asked for more', () => {
    const { track } = trackOf({ width: 960, height: 540, frameRate: 20 }, fullHd)
    expect(readPicture(track)?.most).toEqual({ width: 960, height: 540, fps: 20 })
  })

  it('works in a browser that does not name what a camera can give, and while the size is not known', () => {
    expect(readPicture(trackOf(hd).track)?.most).toEqual({ width: 1280, height: 720, fps: 30 })
    expect(readPicture(trackOf({}).track)).toBeUndefined()
  })
})

describe('askForPicture', () => {
  it('asks only for a change; if the camera then gives less, the camera can do only this', async () => {
    const { track, asked, settings } = trackOf({ ...hd }, fullHd)
    await askForPicture(track, { width: 1280, height: 720, fps: 30 })
    expect(asked).toEqual([])
    await askForPicture(track, { width: 1920, height: 1080, fps: 60 })
    expect(asked).toEqual([{ width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 60, max: 60 } }])
    Object.assign(settings, { width: 1920, height: 1080 })
    expect(readPicture(track)?.most).toEqual({ width: 1920, height: 1080, fps: 30 })
  })

  it('keeps the picture of a device that refuses', async () => {
    const { track } = trackOf(hd, fullHd)
    track.applyConstraints = () => Promise.reject(new Error('over-constrained'))
    await askForPicture(track, { width: 1920, height: 1080, fps: 60 })
    expect(readPicture(track)?.most).toEqual({ width: 1280, height: 720, fps: 30 })
  })
})
