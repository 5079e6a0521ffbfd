import { StreamCover } from '@lp/contracts/protocol'
import type { Problem } from '../../ui/Problem'

/** The picture is scaled until it is small enough. On most pictures, the first step is small enough. */
const steps = [480, 400, 320, 240, 160].flatMap((side) => [0.7, 0.5, 0.35].map((quality) => ({ side, quality })))

/** Larger files are photos of a kind that no browser needs for a poster, and decoding them could stop the page. */
const maxFileBytes = 30_000_000

/** A camera that was unplugged gives no picture. */
const patienceMs = 3_000

/** A poster from an image file. Resolves to a JPEG in base64. Throws `PosterProblem`. */
export async function posterOf(file: Blob): Promise<string> {
  if (file.size > maxFileBytes) throw new PosterProblem('large')
  try {
    return await scaled(await createImageBitmap(file))
  } catch (cause) {
    throw cause instanceof PosterProblem ? cause : new PosterProblem('unreadable', { cause })
  }
}

/** A poster from the present picture of a camera or screen. Throws `PosterProblem`. */
export async function posterOfStream(stream: MediaStream): Promise<string> {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true })
  video.srcObject = stream
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The stream gave no picture in time.')), patienceMs)
    })
    await Promise.race([video.play(), late])
    return await scaled(await createImageBitmap(video))
  } catch (cause) {
    throw new PosterProblem('camera', { cause })
  } finally {
    clearTimeout(timer)
    video.srcObject = null
  }
}

async function scaled(picture: ImageBitmap): Promise<string> {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { alpha: false })
  try {
    for (const { side, quality } of steps) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height))
      canvas.width = Math.max(1, Math.round(picture.width * scale))
      canvas.height = Math.max(1, Math.round(picture.height * scale))
      context?.drawImage(picture, 0, 0, canvas.width, canvas.height)
      const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
      if (!jpeg || jpeg.size > StreamCover.maxPosterBytes) continue
      const poster = base64(new Uint8Array(await jpeg.arrayBuffer()))
      // The viewers check the same. A JPEG of the canvas has no data about the camera or the place.
      StreamCover.assertShowable({ title: '', poster })
      return poster
    }
  } finally {
    picture.close()
  }
  throw new PosterProblem('unreadable')
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

const problems = {
  large: {
    sentence: 'This file is too large for a poster.',
    nextStep: 'Choose an image of less than 30 MB.',
  },
  unreadable: {
    sentence: 'The browser cannot make a poster from this file.',
    nextStep: 'Choose another image, for example a JPEG or a PNG.',
  },
  camera: {
    sentence: 'The browser cannot take a picture now.',
    nextStep: 'Turn the camera on, or choose an image.',
  },
} satisfies Record<string, Problem>

export class PosterProblem extends Error {
  override readonly name = 'makePoster.PosterProblem'
  readonly problem: Problem
  constructor(kind: keyof typeof problems, options?: ErrorOptions) {
    super(problems[kind].sentence, options)
    this.problem = problems[kind]
  }
}
