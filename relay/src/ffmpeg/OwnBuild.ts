import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'

/** The versions of Debian's source packages, without their epoch: `5.1.9-0+deb12u1`. */
export type Versions = { ffmpeg: string; x264: string }

/** The sources and the options from which a build was made. `configuration`: the `configurationHash` of the options. */
export type Origin = Versions & { configuration: string }

/** An ffmpeg that this program built. */
export type OwnBuild = { path: string; origin: Origin }

const pointer = 'current.json'
const folders = 'builds'

/** The directory of the builds, below the user's cache directory. `undefined` if the environment names no such directory. */
export function buildsDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const cache = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'))
  return cache ? join(cache, 'lp-relay', 'ffmpeg') : undefined
}

/** The build that a relay uses if `LP_FFMPEG` names no other program. `undefined` if there is none. Throws `UnusableBuildError`. */
export async function readBuild(directory: string): Promise<OwnBuild | undefined> {
  const file = join(directory, pointer)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const { folder, ...origin } = parse(text, file)
  const path = join(directory, folders, folder, 'ffmpeg')
  await assertOwned(path)
  return { path, origin }
}

/**
 * Copies a program to the directory. After `prove` has resolved, `readBuild` returns the copy. The directory also keeps the previous build,
 * because a relay may still transcode segments with it.
 */
export async function keepBuild(
  directory: string,
  { program, origin, prove }: { program: string; origin: Origin; prove(path: string): Promise<unknown> },
): Promise<OwnBuild> {
  const before = await readBuild(directory).catch(() => undefined)
  const folder = `${origin.ffmpeg}-${Date.now()}`
  const target = join(directory, folders, folder)
  const path = join(target, 'ffmpeg')
  try {
    await mkdir(target, { recursive: true, mode: 0o755 })
    await copyFile(program, path, constants.COPYFILE_EXCL)
    const file = await open(path, 'r+')
    await file.chmod(0o755)
    await file.sync()
    await file.close()
    await prove(path)
    const draft = join(directory, `${pointer}-${process.pid}`)
    await writeFile(draft, JSON.stringify({ folder, ...origin }), { flush: true })
    await rename(draft, join(directory, pointer))
  } catch (error) {
    await rm(target, { recursive: true, force: true })
    throw error
  }
  const kept = [path, before?.path]
  for (const name of await readdir(join(directory, folders)))
    if (!kept.includes(join(directory, folders, name, 'ffmpeg')))
      await rm(join(directory, folders, name), { recursive: true, force: true })
  return { path, origin }
}

/** Removes the directory with all builds. */
export const removeBuilds = (directory: string) => rm(directory, { recursive: true, force: true })

export const isSameOrigin = (left: Origin, right: Origin) =>
  left.ffmpeg === right.ffmpeg && left.x264 === right.x264 && left.configuration === right.configuration

function parse(text: string, file: string): Origin & { folder: string } {
  let document: Partial<Record<string, unknown>> = {}
  try {
    document = Object(JSON.parse(text))
  } catch {
    // The check below refuses this file.
  }
  const { folder, ffmpeg, x264, configuration } = document
  const isWord = (value: unknown): value is string => typeof value === 'string' && /^\w[\w.+:~-]*$/.test(value)
  if (!isWord(folder) || !isWord(ffmpeg) || !isWord(x264) || !isWord(configuration))
    throw new UnusableBuildError(`the file ${file} is damaged`)
  return { folder, ffmpeg, x264, configuration }
}

/** A program that another user can replace must not run with the rights of this user. */
async function assertOwned(path: string): Promise<void> {
  const { uid, mode } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UnusableBuildError(`the file ${path} cannot be read (${error.code})`)
  })
  const self = process.getuid?.() ?? uid
  if ((uid !== self && uid !== 0) || (mode & 0o022) !== 0)
    throw new UnusableBuildError(`another user can change the file ${path}`)
}

export class UnusableBuildError extends ProtocolError {
  override readonly name = 'OwnBuild.UnusableBuildError'
  constructor(reason: string) {
    super(`The ffmpeg that lp-relay built cannot be used, because ${reason}. Build it again with: lp-relay ffmpeg`)
  }
}
