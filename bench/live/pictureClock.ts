import type { Page } from '@playwright/test'
import { clock } from '../mesh/clock'
import type { Sighting } from './glassToGlass'

declare global {
  var sightings: Sighting[]
}

/** From now on, the page notes four times in a second which picture its video element shows. */
export const noteSightings = (page: Page): Promise<void> =>
  page.evaluate((clock) => {
    const everyMs = 250
    const video = document.querySelector('video') as HTMLVideoElement
    const context = new OffscreenCanvas(clock.bits, 1).getContext('2d', { willReadFrequently: true })
    globalThis.sightings = []
    const look = () => {
      // Reads only the middle third of the height of the clock’s fields, because the encoder blurs their borders.
      const [scaleX, scaleY] = [video.videoWidth / clock.pictureWidth, video.videoHeight / clock.pictureHeight]
      const [top, height] = [(clock.height / 3) * scaleY, (clock.height / 3) * scaleY]
      context?.drawImage(video, 0, top, clock.width * scaleX, height, 0, 0, clock.bits, 1)
      const { data = [] } = context?.getImageData(0, 0, clock.bits, 1) ?? {}
      let picture = 0
      for (let bit = 0; bit < clock.bits; bit++) if ((data[4 * bit] ?? 0) > 127) picture += 2 ** bit
      globalThis.sightings.push({ picture, atMs: Date.now() })
      // The next picture that the browser shows after a pause.
      setTimeout(() => video.requestVideoFrameCallback(look), everyMs)
    }
    video.requestVideoFrameCallback(look)
  }, clock)

export const sightingsOf = (page: Page): Promise<Sighting[]> => page.evaluate(() => globalThis.sightings)
