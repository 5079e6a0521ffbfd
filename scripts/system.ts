import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { StartError } from './StartError'

/** Installs Debian's package of ffmpeg if the system has no ffmpeg. Throws `StartError` if there is still none. */
export async function ensureFfmpeg(): Promise<void> {
  if (process.env.LP_FFMPEG || onPath('ffmpeg') || install('ffmpeg')) return
  throw new StartError(
    'This machine has no ffmpeg. Install ffmpeg with libx264 (on Debian: sudo apt-get install ffmpeg), or set LP_FFMPEG to its path.',
  )
}

/** Installs the tools with which `lp-relay ffmpeg` builds ffmpeg on Debian. The test of this command needs these tools. */
export function ensureCompiler(): void {
  if (['gcc', 'make', 'nasm', 'dpkg-source'].every((tool) => onPath(tool, '--version'))) return
  if (!install('build-essential', 'dpkg-dev', 'nasm'))
    throw new StartError(
      'The test that builds ffmpeg needs Debian and its build tools. Install the tools: sudo apt-get install build-essential dpkg-dev nasm',
    )
}

/** Installs Debian's package of socat. The benchmark of slow connections needs it. */
export function ensureSocat(): void {
  if (onPath('socat', '-V') || install('socat')) return
  throw new StartError('The benchmark of slow connections needs socat. Install it: sudo apt-get install socat')
}

const promtool = 'node_modules/.cache/promtool'

/**
 * The path of promtool, which checks the alerts of `lp-relay`. Takes only this program out of Debian's package, because an
 * installation of the package would start Prometheus. Throws `StartError` if there is no promtool and apt cannot
 * download it.
 */
export function ensurePromtool(): string {
  if (onPath('promtool', '--version')) return 'promtool'
  if (existsSync(promtool) || unpackPromtool()) return resolve(promtool)
  throw new StartError(
    'The test of the alerts needs promtool. Install it: it is a part of Prometheus (on Debian: sudo apt-get install prometheus).',
  )
}

function unpackPromtool(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'lp-promtool-'))
  try {
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', '--option', 'APT::Sandbox::User=root', ...args], {
        ...{ cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] },
      }).status === 0
    // Only root can update apt's lists of packages. Another user downloads with the lists as they are.
    if (process.getuid?.() === 0) apt('update')
    if (!apt('download', 'prometheus')) return false
    const [file] = readdirSync(directory) as [string]
    execFileSync('dpkg-deb', ['--extract', file, 'package'], { cwd: directory })
    mkdirSync(dirname(promtool), { recursive: true })
    copyFileSync(join(directory, 'package/usr/bin/promtool'), promtool)
    return true
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Installs Debian's TURN server coturn if the system has none. Throws `StartError` if there is still none. */
export function ensureTurnServer(): void {
  if (onPath('turnserver', '--version') || install('coturn')) return
  throw new StartError('The test of TURN needs coturn. Install it (on Debian: sudo apt-get install coturn).')
}

/** Installs Debian's emulator of RISC-V programs, with which a test compares our machine. Throws `StartError` if there is still none. */
export function ensureRiscv(): void {
  if (onPath('qemu-riscv32', '--version') || install('qemu-user')) return
  throw new StartError(
    'The test of the machine needs qemu-riscv32. Install it (on Debian: sudo apt-get install qemu-user).',
  )
}

/** Installs Debian's compiler for RISC-V and its C library, with which the judged program is built. Throws `StartError` if one is missing. */
export function ensureRiscvCompiler(): void {
  const packages = ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf']
  const isInstalled =
    onPath('riscv64-unknown-elf-gcc', '--version') && existsSync('/usr/lib/picolibc/riscv64-unknown-elf')
  if (isInstalled || install(...packages)) return
  throw new StartError(
    `The judged program needs a compiler for RISC-V. Install it (on Debian: sudo apt-get install ${packages.join(' ')}).`,
  )
}

const browsers = {
  Chromium: {
    variable: 'CHROMIUM_PATH',
    debianPackage: 'chromium',
    paths: ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'],
  },
  Firefox: {
    variable: 'FIREFOX_PATH',
    debianPackage: 'firefox-esr',
    paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  },
}

/** The path of a browser's program. Installs Debian's package if there is none. Throws `StartError` if there is still none. */
export function ensureBrowser(name: keyof typeof browsers): string {
  const { variable, debianPackage, paths } = browsers[name]
  const find = () => [process.env[variable], ...paths].find((path) => path && existsSync(path))
  const path = find() ?? (install(debianPackage) ? find() : undefined)
  if (path) return path
  throw new StartError(
    `This machine has no ${name}, which the tests need. Install it, or set ${variable} to the path of its program.`,
  )
}

const webKitPackages = [
  'webkit2gtk-driver',
  // The screen that WebKit draws on.
  'xvfb',
  // The decoders of H.264 and AAC.
  ...['gstreamer1.0-libav', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad'],
]

/** Installs Debian's WebKitGTK, its driver and its decoders. Throws `StartError` if one of the packages is still missing. */
export function ensureWebKit(): void {
  const isInstalled = spawnSync('dpkg', ['--status', ...webKitPackages], { stdio: 'ignore' }).status === 0
  if (isInstalled || install(...webKitPackages)) return
  throw new StartError(
    `The test in WebKit needs packages of Debian. Install them: sudo apt-get install ${webKitPackages.join(' ')}`,
  )
}

const onPath = (program: string, argument = '-version') =>
  spawnSync(program, [argument], { stdio: 'ignore' }).status === 0

/** Installs Debian packages. Returns whether the packages were installed: false if the user is not root, if there is no apt, or if apt fails. */
function install(...names: string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.error(`Installing ${names.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...names)
}
