import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Makes sure that some ffmpeg is there: the system's, or Debian's where we may install it, or the one that npm brought. */
export async function ensureFfmpeg(): Promise<void> {
  if (process.env.LP_FFMPEG || onPath('ffmpeg')) return
  if (install('ffmpeg')) return
  console.error(
    'There is no ffmpeg on this machine; the one that npm brought is used. A newer one: https://ffmpeg.org/download.html',
  )
}

/** The Chromium that the tests drive; `undefined` when there is none and none can be installed. */
export function ensureChromium(): string | undefined {
  const find = () =>
    [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(
      (path) => path && existsSync(path),
    )
  return find() ?? (install('chromium') ? find() : undefined)
}

const onPath = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0

/** Debian's packages, where we are root. */
function install(name: string): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.error(`Installing ${name} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', name)
}
