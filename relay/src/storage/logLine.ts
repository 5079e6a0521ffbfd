import { crc32 } from 'node:zlib'
import { ProtocolError } from '@lp/contracts/protocol'
import * as z from 'zod/mini'

/** One line of a log: a JSON value, and the version of the format in which it is written. */
export type LogLine = {
  /** At least 1, or 0 when an earlier release wrote the line without a version. */
  version: number
  entry: unknown
}

/**
 * Every line since version 1 begins with this text. No entry contains this text: no object in an entry has the first key `version`, and
 * JSON escapes the quotes in strings.
 */
export const marker = '{"version":'

const sealedSchema = z.object({
  version: z.int().check(z.minimum(1)),
  entry: z.unknown(),
  checksum: z.string(),
})

/**
 * The line for `entry`, without a line break. `entry` is JSON, and the line is JSON, too. The line ends with a checksum: the
 * CRC-32 of the bytes before the checksum. Without the checksum, a changed digit of a signature or an amount would not be
 * detected. Version 1 and all later versions have this form.
 */
export function encodeLine({ version, entry }: { version: number; entry: string }): string {
  const text = `${marker}${version},"entry":${entry}`
  return `${text},"checksum":"${checksumOf(text)}"}`
}

/** Throws `DamagedLineError` when the line is damaged. A line of version 0 has no checksum, so only broken JSON shows damage. */
export function decodeLine(line: string): LogLine {
  if (!line.startsWith(marker)) {
    if (line.includes('"checksum":')) throw new DamagedLineError('The beginning of the line is wrong.')
    return { version: 0, entry: parseJson(line) }
  }
  const [, text, checksum] = /^(.*),"checksum":"([0-9a-f]{8})"\}$/s.exec(line) ?? []
  if (text === undefined || checksum !== checksumOf(text)) throw new DamagedLineError('The checksum is wrong.')
  const sealed = sealedSchema.safeParse(parseJson(line))
  if (!sealed.success) throw new DamagedLineError('The frame of the line is wrong.')
  return sealed.data
}

const checksumOf = (text: string) => crc32(text).toString(16).padStart(8, '0')

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new DamagedLineError('The line is not JSON.')
  }
}

export class DamagedLineError extends ProtocolError {
  override readonly name = 'logLine.DamagedLineError'
}
