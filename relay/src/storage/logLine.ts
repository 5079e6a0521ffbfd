import { crc32 } from 'node:zlib'
import { ProtocolError } from '@lp/contracts/protocol'
import * as z from 'zod/mini'

/** One line of a log: a JSON value, and the version of the format in which it is written. */
export type LogLine = {
  /** From 1; 0 for a line of a relay that wrote no versions yet. */
  version: number
  entry: unknown
}

/** How every line begins. No entry contains these bytes, because each of its strings is hexadecimal, decimal or a codec name. */
export const marker = '{"version":'

const sealedSchema = z.object({
  version: z.int().check(z.minimum(1)),
  entry: z.unknown(),
  checksum: z.string(),
})

/**
 * The line, without its line break. It is JSON that ends with the CRC-32 of all bytes before it, so that a changed digit
 * of a signature or an amount is noticed. `entry` is JSON. This frame is the same in all versions.
 */
export function encodeLine({ version, entry }: { version: number; entry: string }): string {
  const text = `${marker}${version},"entry":${entry}`
  return `${text},"checksum":"${checksumOf(text)}"}`
}

/** Throws `DamagedLineError` unless the line is as it was written. */
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
    throw new DamagedLineError('This is no JSON.')
  }
}

export class DamagedLineError extends ProtocolError {
  override readonly name = 'logLine.DamagedLineError'
}
