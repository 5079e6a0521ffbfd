import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ProtocolError } from '@lp/contracts/protocol'
import { buildsDirectory, type OwnBuild, readBuild } from '../ffmpeg/OwnBuild'
import { logOf } from '../log'
import type { Ffmpeg } from './Ffmpeg'
import { findSandbox } from './sandbox'
import { selfTest } from './selfTest'

const log = logOf('transcoder')

/**
 * The program that `LP_FFMPEG` names. Without `LP_FFMPEG`, the first program that passes the self-test: the build of
 * `lp-relay ffmpeg`, or the system's ffmpeg. Throws `NamedFfmpegError` or `NoFfmpegError`.
 */
export async function findFfmpeg(env: NodeJS.ProcessEnv = process.env): Promise<Ffmpeg> {
  const named = env.LP_FFMPEG
  if (named)
    return proveFfmpeg(named).catch((cause) => {
      throw new NamedFfmpegError({ path: named, problem: problemOf(cause), cause })
    })
  const problems: string[] = []
  const use = async (find: () => Promise<{ path: string; ownBuild?: OwnBuild } | undefined>) => {
    let path = ''
    try {
      const found = await find()
      if (!found) return undefined
      path = found.path
      // `path` may be a link. `proveFfmpeg` makes the sandbox for the real path, and returns this path.
      return { ...found, ...(await proveFfmpeg(path)) }
    } catch (error) {
      const problem = problemOf(error)
      log.warn('this ffmpeg is not used', { path, problem })
      problems.push(path ? `${path}: ${problem}` : problem)
      return undefined
    }
  }
  const ffmpeg = (await use(() => findOwnBuild(env))) ?? (await use(() => findOnPath(env.PATH ?? '')))
  if (!ffmpeg) throw new NoFfmpegError({ problems })
  return ffmpeg
}

async function findOwnBuild(env: NodeJS.ProcessEnv) {
  const directory = buildsDirectory(env)
  const ownBuild = directory && (await readBuild(directory))
  return ownBuild ? { path: ownBuild.path, ownBuild } : undefined
}

function problemOf(error: unknown): string {
  const { code, shortMessage, message } = error as NodeJS.ErrnoException & { shortMessage?: string }
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'this user may not run it'
  return (shortMessage ?? message).replaceAll('\n', ' ').replace(/\.$/, '')
}

const tested = new Map<string, Promise<Ffmpeg>>()

/**
 * Tests a program. After a success, tests this program again only if its file has changed. Throws an error if the output of the program
 * differs from the recipe.
 */
export async function proveFfmpeg(named: string): Promise<Ffmpeg> {
  const path = await realpath(named)
  const { mtimeMs, size } = await stat(path)
  const key = `${path} ${mtimeMs} ${size}`
  const known = tested.get(key) ?? test(path)
  tested.set(key, known)
  known.catch(() => tested.delete(key))
  return known
}

async function test(path: string): Promise<Ffmpeg> {
  const outputOf = async (...args: string[]) => (await promisify(execFile)(path, args, { timeout: 10_000 })).stdout
  const version = /^ffmpeg version (\S+)/.exec(await outputOf('-version'))?.[1] ?? 'unknown'
  const dialect = (await outputOf('-h', 'long')).includes('-fps_mode') ? 'fps_mode' : 'vsync'
  const ffmpeg: Ffmpeg = { path, version, dialect, sandbox: await findSandbox(path) }
  await selfTest(ffmpeg)
  return ffmpeg
}

async function findOnPath(path: string): Promise<{ path: string } | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const program = join(folder, 'ffmpeg')
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return { path: program }
  }
  return undefined
}

/** The operator chose this program, so the relay takes no other program instead. */
export class NamedFfmpegError extends ProtocolError {
  override readonly name = 'Ffmpeg.NamedFfmpegError'
  constructor({ path, problem, cause }: { path: string; problem: string; cause: unknown }) {
    super(
      `LP_FFMPEG names ${path}, and this program cannot be used: ${problem}. Correct LP_FFMPEG, or unset it: then the relay uses its own build of ffmpeg, or the system’s ffmpeg.`,
      { cause },
    )
  }
}

export class NoFfmpegError extends ProtocolError {
  override readonly name = 'Ffmpeg.NoFfmpegError'
  constructor({ problems }: { problems: readonly string[] }) {
    const what =
      problems.length > 0
        ? `No ffmpeg on this machine follows the recipe (${problems.join('; ')})`
        : 'This machine has no ffmpeg'
    super(
      `${what}. Install an ffmpeg that has libx264, or set LP_FFMPEG to the path of such an ffmpeg. On Debian, the command lp-relay ffmpeg builds such an ffmpeg.`,
    )
  }
}
