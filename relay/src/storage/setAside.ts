import { type FileHandle, open } from 'node:fs/promises'

/** Bytes of a log that are not a line of it. */
export type Damage = {
  /** From 1. */
  line: number
  /** Of the first byte in the log. */
  offset: number
  length: number
  /** `undefined` when there are too many to hold in memory. */
  bytes: Buffer | undefined
  cause: Error
}

/** Size limit of a side file. */
export const maxSideBytes = 2 ** 20

/** The file with the damaged lines of a log, for the operator to look at. */
export const sideFileOf = (path: string): string => `${path}.corrupt`

/**
 * Copies damaged bytes to the side file of the log at `path`, then overwrites them in the log with spaces, which the next reader
 * ignores. Bytes for which the side file has no room stay in the log. Returns the damages that it copied. Throws the disk's
 * error.
 */
export async function setAside(
  damages: readonly Damage[],
  { path, file }: { path: string; file: FileHandle },
): Promise<Damage[]> {
  const side = await open(sideFileOf(path), 'a')
  const copied: Damage[] = []
  try {
    let room = maxSideBytes - (await side.stat()).size
    for (const damage of damages) {
      if (!damage.bytes || damage.bytes.length + 1 > room) continue
      room -= damage.bytes.length + 1
      await side.appendFile(Buffer.concat([damage.bytes, Buffer.from('\n')]))
      copied.push(damage)
    }
    await side.datasync()
  } finally {
    await side.close()
  }
  for (const { offset, length } of copied) await overwrite(file, { offset, length })
  await file.datasync()
  return copied
}

async function overwrite(file: FileHandle, { offset, length }: { offset: number; length: number }): Promise<void> {
  const spaces = Buffer.alloc(length, ' ')
  for (let written = 0; written < length; )
    written += (await file.write(spaces, written, length - written, offset + written)).bytesWritten
}
