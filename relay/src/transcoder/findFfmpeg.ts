import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ProtocolError } from '@lp/contracts/protocol'
import type { Ffmpeg } from './Ffmpeg'
import { findSandbox } from './sandbox'
import { selfTest } from './selfTest'

/**
 * The first that passes the self-test: `LP_FFMPEG`, the system's, the one of `@ffmpeg-installer/ffmpeg`. Throws
 * `NoFfmpegError` with what was wrong with each.
 */
export async function findFfmpeg(env: NodeJS.ProcessEnv = process.env): Promise<Ffmpeg> {
  const problems: string[] = []
  for (const find of [() => env.LP_FFMPEG, () => findOnPath(env.PATH ?? ''), findInstalled]) {
    const path = await find()
    if (!path) continue
    try {
      return await prove(path)
    } catch (error) {
      problems.push(`${path}: ${(error as Error).message.replaceAll('\n', ' ')}`)
    }
  }
  throw new NoFfmpegError({ problems })
}

const proven = new Map<string, Promise<Ffmpeg>>()

/** Tests a program once for as long as its file stays as it is. */
async function prove(named: string): Promise<Ffmpeg> {
  const path = await realpath(named)
  const { mtimeMs, size } = await stat(path)
  const key = `${path} ${mtimeMs} ${size}`
  const known = proven.get(key) ?? test(path)
  proven.set(key, known)
  known.catch(() => proven.delete(key))
  return known
}

async function test(path: string): Promise<Ffmpeg> {
  const say = async (...args: string[]) => (await promisify(execFile)(path, args, { timeout: 10_000 })).stdout
  const version = /^ffmpeg version (\S+)/.exec(await say('-version'))?.[1] ?? 'unknown'
  const dialect = (await say('-h', 'long')).includes('-fps_mode') ? 'fps_mode' : 'vsync'
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

/** The optional package throws where it has no build for this machine. */
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
    super('No ffmpeg here can transcode by the recipe. Install ffmpeg with libx264, or set LP_FFMPEG to one.', {
      details: problems.length > 0 ? problems : ['None was found.'],
    })
  }
}
