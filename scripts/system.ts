import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { StartError } from './StartError'

/** Installs Debian's package of ffmpeg if the system has no ffmpeg. Throws `StartError` if there is still none. */
export async function ensureFfmpeg(): Promise<void> {
  if (process.env.LP_FFMPEG || onPath('ffmpeg') || install('ffmpeg')) return
  throw new StartError(
    'This machine has no ffmpeg. Install ffmpeg with libx264 (on Debian: sudo apt-get install ffmpeg), or set LP_FFMPEG to its path.',
  )
}

/** Installs the tools of `lp-relay ffmpeg` on Debian. The tests of the build need these tools. */
export function ensureCompiler(): void {
  if (['gcc', 'make', 'nasm', 'dpkg-source'].every((tool) => onPath(tool, '--version'))) return
  if (!install('build-essential', 'nasm'))
    throw new StartError(
      'The test of the build of ffmpeg needs Debian and its tools. Install them: sudo apt-get install build-essential nasm',
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

/** The path of the Firefox for the tests; `undefined` if there is none and it cannot be installed. */
export function ensureFirefox(): string | undefined {
  const find = () =>
    [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => path && existsSync(path))
  return find() ?? (install('firefox-esr') ? find() : undefined)
}

const onPath = (program: string, argument = '-version') =>
  spawnSync(program, [argument], { stdio: 'ignore' }).status === 0

/** Installs Debian packages. Returns whether the packages were installed. This is false without root or apt. */
function install(...names: string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.error(`Installing ${names.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...names)
}
