// The page of broadcast/cover/makePoster.test.ts.
import { PosterProblem, posterOf, posterOfStream } from '../broadcast/cover/makePoster'

/** A picture that JPEG can hardly make smaller. */
function noise(width: number, height: number): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const pixels = context.createImageData(width, height)
  for (let at = 0; at < pixels.data.length; at += 65_536) crypto.getRandomValues(pixels.data.subarray(at, at + 65_536))
  context.putImageData(pixels, 0, 0)
  return canvas
}

const answerOf = (making: Promise<string>): Promise<string> =>
  making.catch((error: unknown) => (error instanceof PosterProblem ? error.problem.sentence : `${error}`))

const driver = {
  ofNoise: (width: number, height: number) =>
    new Promise<string>((resolve) => noise(width, height).toBlob((file) => resolve(answerOf(posterOf(file as Blob))))),
  ofText: (text: string) => answerOf(posterOf(new Blob([text], { type: 'image/png' }))),
  ofStream() {
    const canvas = noise(1280, 720)
    // A canvas that does not change gives no pictures.
    setInterval(() => canvas.getContext('2d')?.fillRect(Math.random() * 1280, 0, 9, 720), 50)
    return answerOf(posterOfStream(canvas.captureStream(30)))
  },
  ofNothing: () => answerOf(posterOfStream(new MediaStream())),
}

export type PosterDriver = typeof driver

Object.assign(globalThis, { driver })
