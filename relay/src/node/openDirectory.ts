import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDiskFull } from '../storage/isDiskFull'
import { RelayError } from './RelayError'

/** Creates the data directory if it is missing, and checks that this process can write there. Throws `DirectoryError` and `DirectoryFullError`. */
export async function openDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    if (isDiskFull(cause)) throw new DirectoryFullError({ directory })
    throw new DirectoryError({ directory, code: (cause as NodeJS.ErrnoException).code, file: await fileIn(directory) })
  }
}

/** The part of the path that is a file instead of a directory. */
async function fileIn(path: string): Promise<string | undefined> {
  const known = await stat(path).catch(() => undefined)
  if (known) return known.isDirectory() ? undefined : path
  const above = dirname(path)
  return above === path ? undefined : fileIn(above)
}

export class DirectoryError extends RelayError {
  override readonly name = 'DirectoryError'
  constructor({ directory, code, file }: { directory: string; code: string | undefined; file: string | undefined }) {
    super(
      file !== undefined
        ? `The data directory ${directory} cannot be used, because ${file} is a file. Choose a directory with --data.`
        : `The data directory ${directory} cannot be written (${code}). Give this user the right to write there, or choose another directory with --data.`,
    )
  }
}

export class DirectoryFullError extends RelayError {
  override readonly name = 'DirectoryFullError'
  constructor({ directory }: { directory: string }) {
    super(
      `The data directory ${directory} cannot be written, because its disk or the disk quota of this user is full. Free space on the disk, or choose another directory with --data.`,
    )
  }
}
