import { mkdir } from 'node:fs/promises'
import { type BuildOptions, buildFfmpeg } from '../ffmpeg/buildFfmpeg'
import { buildsDirectory, type OwnBuild, removeBuilds } from '../ffmpeg/OwnBuild'
import { proveFfmpeg } from '../transcoder/findFfmpeg'
import { lockBuilds } from './Lock'
import { RelayError } from './RelayError'

export type OwnFfmpegOptions = Pick<BuildOptions, 'say' | 'onOld' | 'again' | 'isBeside' | 'keyring' | 'signal'> & {
  env?: NodeJS.ProcessEnv
}

/**
 * Builds an ffmpeg from Debian's newest sources. Throws `HeldError`, `NoDirectoryError`, `UnwritableError` and the errors of `buildFfmpeg`.
 */
export async function buildOwnFfmpeg({ env = process.env, ...options }: OwnFfmpegOptions = {}): Promise<{
  build: OwnBuild
  isNew: boolean
}> {
  return locked(env, (directory) => buildFfmpeg({ directory, path: env.PATH ?? '', prove: proveFfmpeg, ...options }))
}

/** Removes the build of this user. Resolves to its directory. Throws `HeldError`, `NoDirectoryError` and `UnwritableError`. */
export const removeOwnFfmpeg = (env: NodeJS.ProcessEnv = process.env): Promise<string> =>
  locked(env, async (directory) => {
    await removeBuilds(directory)
    return directory
  })

async function locked<Result>(env: NodeJS.ProcessEnv, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = buildsDirectory(env)
  if (!directory) throw new NoDirectoryError()
  await mkdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UnwritableError({ directory, code: error.code })
  })
  const lock = await lockBuilds(directory)
  try {
    return await work(directory)
  } finally {
    await lock.release()
  }
}

export class NoDirectoryError extends RelayError {
  override readonly name = 'NoDirectoryError'
  constructor() {
    super('lp-relay ffmpeg keeps its build below the home directory, and HOME is not set. Set HOME or XDG_CACHE_HOME.')
  }
}

export class UnwritableError extends RelayError {
  override readonly name = 'UnwritableError'
  constructor({ directory, code }: { directory: string; code: string | undefined }) {
    super(
      `lp-relay ffmpeg cannot write to ${directory} (${code}). Correct this, or set XDG_CACHE_HOME to another directory.`,
    )
  }
}
