import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A picture that moves slowly. The encoder needs few bits for it, and a picture of each quality looks well. */
const source =
  'gradients=size=1280x720:rate=30:duration=20:speed=0.012:nb_colors=5:seed=7:c0=0x0f3d45:c1=0xd9775c:c2=0xf4c37d:c3=0x17484a:c4=0x0d2f31'

/** The path of a film for Chromium's fake camera. ffmpeg makes it once. */
export function openFilm(): string {
  const path = resolve('node_modules/.cache/screenshots', 'gradients.mjpeg')
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  execFileSync('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', source, '-vf', 'format=yuvj420p'],
    ...['-c:v', 'mjpeg', '-q:v', '4', '-f', 'mjpeg', draft],
  ])
  renameSync(draft, path)
  return path
}
