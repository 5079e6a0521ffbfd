import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Installs Debian's package of ffmpeg if the system has no ffmpeg. If the package cannot be installed, the relay uses the ffmpeg that npm has
 * installed.
 */
export async function ensureFfmpeg(): Promise<void> {
  if (process.env.LP_FFMPEG || onPath('ffmpeg')) return
  if (install('ffmpeg')) return
  console.error(
    'There is no ffmpeg on this machine. lp uses the ffmpeg that npm has installed. To get a newer ffmpeg: https://ffmpeg.org/download.html',
  )
}

/** The path of the Chromium for the tests; `undefined` if there is none and it cannot be installed. */
export function ensureChromium(): string | undefined {
  const find = () =>
    [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(
      (path) => path && existsSync(path),
    )
  return find() ?? (install('chromium') ? find() : undefined)
}

const onPath = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0

/** Installs a Debian package. Returns whether the package was installed. This is false without root or apt. */
function install(name: string): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.error(`Installing ${name} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', name)
}
