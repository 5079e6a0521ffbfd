/** Whole numbers of bits per second. */
export type Bitrates = { peak: number; average: number }

type Measurable = { byteLength: number; durationMs: number }

/**
 * The peak and the average segment bit rate of RFC 8216bis. The peak is the highest rate of consecutive segments that
 * together last 0.5 to 1.5 target durations; without such segments, it is the average. `undefined` without segments.
 */
export function measure(
  segments: readonly Measurable[],
  { targetDurationSeconds }: { targetDurationSeconds: number },
): Bitrates | undefined {
  if (segments.length === 0) return undefined
  const average = bitrate(sum(segments))
  let peak = average
  for (let begin = 0; begin < segments.length; begin += 1) {
    const run = { byteLength: 0, durationMs: 0 }
    for (const { byteLength, durationMs } of segments.slice(begin, begin + maxRun)) {
      run.byteLength += byteLength
      run.durationMs += durationMs
      if (run.durationMs > 1_500 * targetDurationSeconds) break
      if (run.durationMs >= 500 * targetDurationSeconds) peak = Math.max(peak, bitrate(run))
    }
  }
  return { peak, average }
}

/**
 * The largest number of consecutive segments that are measured together. If 1.5 target durations hold more segments,
 * these segments are very short, and measuring all of them would only cost time.
 */
const maxRun = 16

const bitrate = ({ byteLength, durationMs }: Measurable) => Math.ceil((8_000 * byteLength) / durationMs)

const sum = (segments: readonly Measurable[]): Measurable =>
  segments.reduce<Measurable>(
    (total, { byteLength, durationMs }) => ({
      byteLength: total.byteLength + byteLength,
      durationMs: total.durationMs + durationMs,
    }),
    { byteLength: 0, durationMs: 0 },
  )
