import { ProtocolError } from '@lp/contracts/protocol'
import { DamagedLineError, decodeLine, type LogLine, marker } from './logLine'
import { NewerVersionError } from './NewerVersionError'
import type { RawLine } from './readLines'

/**
 * Splits `raw`, the bytes between two line breaks, at the start of each marker, because each line since version 1 begins with the marker.
 * The result is one line, or several lines if the line breaks between these lines are damaged.
 */
export function* piecesOf(raw: RawLine): Generator<RawLine> {
  const { bytes } = raw
  if (!bytes) return yield raw
  for (let begin = 0; begin < bytes.length; ) {
    const next = bytes.indexOf(marker, begin + 1)
    const end = next === -1 ? bytes.length : next
    const piece = { offset: raw.offset + begin, length: end - begin, bytes: bytes.subarray(begin, end) }
    yield { ...raw, ...piece, isFinished: raw.isFinished || next !== -1 }
    begin = end
  }
}

/**
 * Passes a line to `onLine`. Returns the error when the line cannot be used. `version`: the newest version that the caller can read. Throws
 * `NewerVersionError`.
 */
export function read(
  { bytes, isFinished }: RawLine,
  { path, version, onLine }: { path: string; version: number; onLine(line: LogLine): void },
): ProtocolError | undefined {
  if (!bytes) return new DamagedLineError('The line is too long.')
  // An earlier run may have overwritten damaged bytes with spaces (`setAside`).
  const text = bytes.toString('utf8').replace(/ +$/, '')
  if (text === '') return undefined
  // No caller relies on an unfinished line, because `append` has not resolved for it.
  if (!isFinished) return new DamagedLineError('The line was never finished.')
  try {
    const line = decodeLine(text)
    if (line.version > version) throw new NewerVersionError({ path, found: line.version, known: version })
    onLine(line)
    return undefined
  } catch (error) {
    if (error instanceof NewerVersionError || !(error instanceof ProtocolError)) throw error
    return error
  }
}
