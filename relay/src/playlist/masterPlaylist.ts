import type { Level } from './levels'
import type { Bitrates } from './measure'

/** The master playlist of a stream's levels, best first. RFC 8216bis. `''` without levels. */
export function masterPlaylist({
  levels,
  bitratesOf,
  uriOf,
}: {
  levels: readonly Level[]
  /** The measured bit rates of a level; `undefined` before the first segment. */
  bitratesOf(level: Level): Bitrates | undefined
  uriOf(level: Level): string
}): string {
  if (levels.length === 0) return ''
  const variants = levels.map((level) => `#EXT-X-STREAM-INF:${attributes(level, bitratesOf(level))}\n${uriOf(level)}\n`)
  return `#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-INDEPENDENT-SEGMENTS\n${variants.join('')}`
}

function attributes({ width, height, codecs, targetBitrate }: Level, measured: Bitrates | undefined): string {
  // The value is at least the target bit rate: if the first segments show little motion, their peak is too low for later segments.
  const bandwidth = Math.max(measured?.peak ?? 0, targetBitrate, 1)
  return [
    `BANDWIDTH=${bandwidth}`,
    ...(measured ? [`AVERAGE-BANDWIDTH=${measured.average}`] : []),
    // Codecs with a character that could end the quotes are left out.
    ...(/^[A-Za-z0-9.,-]+$/.test(codecs) ? [`CODECS="${codecs}"`] : []),
    ...(width > 0 && height > 0 ? [`RESOLUTION=${width}x${height}`] : []),
  ].join()
}
