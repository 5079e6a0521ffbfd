import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ProtocolError } from '@lp/contracts/protocol'
import { logOf } from '../log'
import type { Ffmpeg } from './Ffmpeg'
import { findSandbox } from './sandbox'
import { selfTest } from './selfTest'

const log = logOf('transcoder')

/**
 * The first program that passes the self-test: `LP_FFMPEG`, the system's ffmpeg, or the ffmpeg of `@ffmpeg-installer/ffmpeg`. If
 * all programs fail, throws `NoFfmpegError` with the problem of each program.
 */
export async function findFfmpeg(env: NodeJS.ProcessEnv = process.env): Promise<Ffmpeg> {
  const problems: string[] = []
  for (const find of [() => env.LP_FFMPEG, () => findOnPath(env.PATH ?? ''), findInstalled]) {
    const path = await find()
    if (!path) continue
    try {
      return await testOnce(path)
    } catch (error) {
      const problem = (error as Error).message.replaceAll('\n', ' ')
      log.warn('this ffmpeg is not used', { path, problem })
      problems.push(`${path}: ${problem}`)
    }
  }
  throw new NoFfmpegError({ problems })
}

const tested = new Map<string, Promise<Ffmpeg>>()

/** Tests a program once, and again after its file has changed. */
async function testOnce(named: string): Promise<Ffmpeg> {
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

async function findOnPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const program = join(folder, 'ffmpeg')
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return program
  }
  return undefined
}

/** The optional package throws an error on a machine for which it has no ffmpeg build. */
function findInstalled(): string | undefined {
  try {
    return createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg').path
  } catch {
    return undefined
  }
}

export class NoFfmpegError extends ProtocolError {
  override readonly name = 'Ffmpeg.NoFfmpegError'
  constructor({ problems }: { problems: readonly string[] }) {
    super('No ffmpeg on this machine follows the recipe. Install ffmpeg with libx264, or set LP_FFMPEG to its path.', {
      details: problems.length > 0 ? problems : ['No ffmpeg was found.'],
    })
  }
}
