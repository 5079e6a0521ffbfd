import { type FileHandle, open } from 'node:fs/promises'

/** A part of a log that is not a usable line. */
export type Damage = {
  /** The first line of the log has number 1. */
  line: number
  /** Position of the first byte in the log. */
  offset: number
  length: number
  /** `undefined` when there are too many bytes to hold in memory. */
  bytes: Buffer | undefined
  cause: Error
}

/** Size limit of a side file, in bytes. */
export const maxSideBytes = 2 ** 20

/** The path of the side file, which holds the damaged lines of a log for the operator. */
export const sideFileOf = (path: string): string => `${path}.corrupt`

/**
 * Copies the damaged parts of the log at `path` to its side file, and then overwrites them in the log with spaces. The next reader ignores
 * spaces. If the side file has no space for a part, this part stays in the log. Returns the copied parts. Throws the error of the file
 * system.
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
