import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { clock } from '../mesh/clock'

/** Chromium plays a film of JPEG pictures as a camera with this number of pictures a second. */
export const cameraFps = 30
/** After this number of pictures, the film begins again. It must be longer than any delay, so that a number names one picture. */
const pictures = 40 * cameraFps
const size = { width: 1280, height: 720 }

const filter = [
  `[1:v]format=gray,geq=lum='255*mod(floor(N/pow(2\\,X))\\,2)',`,
  `scale=${Math.round((clock.width * size.width) / clock.pictureWidth)}:${Math.round((clock.height * size.height) / clock.pictureHeight)}`,
  `:flags=neighbor,format=yuvj420p[clock];[0:v]format=yuvj420p[film];[film][clock]overlay=0:0`,
].join('')

const args = [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size.width}x${size.height}:rate=${cameraFps}`],
  ...['-f', 'lavfi', '-i', `nullsrc=size=${clock.bits}x2:rate=${cameraFps}`],
  ...['-filter_complex', filter, '-frames:v', `${pictures}`, '-c:v', 'mjpeg', '-q:v', '6', '-f', 'mjpeg'],
]

/** The path of a film with the picture clock in its top left corner. ffmpeg makes it once; after that, it comes from the cache. */
export function openFilm(): string {
  const version = createHash('sha256').update(args.join(' ')).digest('hex').slice(0, 12)
  const path = resolve('node_modules/.cache/live-camera', `${version}.mjpeg`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  try {
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args, draft])
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
  return path
}
