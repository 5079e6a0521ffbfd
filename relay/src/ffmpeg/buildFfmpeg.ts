import { constants } from 'node:fs'
import { access, chown, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { createApt, debianKeyring, NoDebianError } from './Apt'
import { configurationHash, ffmpegOptions, x264Options } from './configuration'
import { isSameOrigin, keepBuild, type Origin, type OwnBuild, readBuild, type Versions } from './OwnBuild'
import { nobody, runTool, type Workshop } from './runTool'

export type BuildOptions = {
  /** The directory of all builds, as `buildsDirectory` returns it. */
  directory: string
  /** The search path for the tools. */
  path: string
  /** Rejects if a program does not follow the recipe. */
  prove(program: string): Promise<unknown>
  /** Called with a sentence about each step. */
  say?(step: string): void
  /** Called before an older build is replaced. */
  onOld?(newest: Versions): void
  /** Builds again, even if the kept build already has the newest sources. */
  again?: boolean
  /** Compiles on one core, at a low priority. */
  isBeside?: boolean
  keyring?: string
  signal?: AbortSignal
}

/**
 * Builds ffmpeg from Debian’s newest sources, with the options of `configuration.ts`. If the kept build has the same sources and options,
 * returns the kept build, unless `again` is set. The caller must ensure that only one process at a time uses the directory. Throws
 * `NoDebianError`, `MissingToolsError`, `FetchError`, `ToolError` and the error of `prove`. After an error, the previous build stays.
 */
export async function buildFfmpeg(options: BuildOptions): Promise<{ build: OwnBuild; isNew: boolean }> {
  const { directory, prove, say = () => {}, onOld, again, path, keyring = debianKeyring } = options
  await assertDebian(path, keyring)
  const kept = await readBuild(directory).catch(() => undefined)
  if (!kept) await assertTools(path)
  return inWorkshop(options, async (workshop) => {
    say('Asking Debian for the newest sources …')
    const apt = await createApt(workshop, { keyring })
    const origin: Origin = { ...(await apt.newest()), configuration: configurationHash }
    const isOld = kept !== undefined && !isSameOrigin(kept.origin, origin)
    if (kept && !isOld && !again) return { build: kept, isNew: false }
    if (isOld) onOld?.(origin)
    await assertTools(path)
    say(`Fetching ffmpeg ${origin.ffmpeg} and x264 ${origin.x264} …`)
    const work = join(workshop.directory, 'build')
    await rm(work, { recursive: true, force: true })
    await runTool(workshop, { command: 'mkdir', args: [work] })
    const descriptions = await apt.download(work)
    say('Compiling, which takes two to five minutes …')
    const program = await compile({ ...workshop, directory: work }, { descriptions, origin })
    say('Checking that the new ffmpeg follows the recipe …')
    return { build: await keepBuild(directory, { program, origin, prove }), isNew: true }
  })
}

async function compile(
  workshop: Workshop,
  { descriptions, origin }: { descriptions: Record<'ffmpeg' | 'x264', string>; origin: Origin },
): Promise<string> {
  const jobs = workshop.isBeside ? 1 : availableParallelism()
  const { directory } = workshop
  const steps = (name: 'ffmpeg' | 'x264', options: readonly string[], target: string) => {
    const cwd = join(directory, name)
    return [
      { command: 'dpkg-source', args: ['--extract', '--no-copy', descriptions[name], name], cwd: directory },
      { command: './configure', args: options, cwd },
      { command: 'make', args: [`-j${jobs}`, target], cwd },
    ]
  }
  const extra = [`--extra-version=${origin.ffmpeg.replace(/^[^-]*-/, '')}-lp`]
  const all = [
    ...steps('x264', x264Options, 'install-lib-static'),
    ...steps('ffmpeg', [...ffmpegOptions, ...extra], 'ffmpeg'),
  ]
  for (const step of all) await runTool(workshop, step)
  return join(directory, 'ffmpeg', 'ffmpeg')
}

/**
 * Calls `work` with a directory for the tools. If the user is root, the tools run as `nobody`. `nobody` cannot enter root's directories, so
 * the directory is temporary. For every other user, the directory and apt's lists in it stay, so the next request to Debian needs less
 * traffic.
 */
async function inWorkshop<Result>(
  { directory, path, isBeside = false, signal }: BuildOptions,
  work: (workshop: Workshop) => Promise<Result>,
): Promise<Result> {
  const isRoot = process.getuid?.() === 0
  await mkdir(directory, { recursive: true })
  const place = isRoot ? await mkdtemp(join(tmpdir(), 'lp-ffmpeg-')) : join(directory, 'work')
  if (isRoot) await chown(place, nobody, nobody)
  else await mkdir(place, { recursive: true })
  const logPath = join(directory, 'build.log')
  const log = await open(logPath, 'w', 0o600)
  try {
    return await work({ directory: place, path, isRoot, isBeside, log, logPath, signal })
  } finally {
    await log.close()
    await rm(isRoot ? place : join(place, 'build'), { recursive: true, force: true })
  }
}

/** The Debian package of each tool. */
const tools: Readonly<Record<string, string>> = {
  'dpkg-source': 'dpkg-dev',
  gcc: 'build-essential',
  make: 'build-essential',
  ...(process.arch === 'x64' && { nasm: 'nasm' }),
}

async function assertDebian(path: string, keyring: string): Promise<void> {
  if (!(await isOnPath(path, 'apt-get')) || !(await exists(keyring))) throw new NoDebianError()
}

async function assertTools(path: string): Promise<void> {
  const missing: string[] = []
  for (const tool of Object.keys(tools)) if (!(await isOnPath(path, tool))) missing.push(tool)
  if (missing.length > 0) throw new MissingToolsError(missing)
}

const isOnPath = async (path: string, tool: string) =>
  (await Promise.all(path.split(delimiter).map((folder) => exists(join(folder, tool))))).includes(true)

const exists = (file: string) =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  )

export class MissingToolsError extends ProtocolError {
  override readonly name = 'buildFfmpeg.MissingToolsError'
  constructor(missing: readonly string[]) {
    const packages = [...new Set(missing.map((tool) => tools[tool]))]
    super(
      `The command lp-relay ffmpeg needs ${missing.join(', ')}. Install the missing tools with: sudo apt-get install ${packages.join(' ')}`,
    )
  }
}
