import { keccak256, toHex } from 'viem'
import type { TranscodingOptions } from '../../contracts/protocol'
import type { Ffmpeg } from '../../relay/src/transcoder/Ffmpeg'
import { measureCapacity } from '../../relay/src/transcoder/measureCapacity'
import { BusyError, Places } from '../../relay/src/transcoder/Places'
import { runSegment, segmentSeconds, spread, verdictOn } from './segments'

/** The options of a stream of 480p, as the page sends it. */
export const options: TranscodingOptions.TranscodingOptions = {
  width: 854,
  height: 480,
  fps: 20,
  renditions: [
    { height: 360, bitrate: 600_000 },
    { height: 240, bitrate: 300_000 },
  ],
}

const streams = 4

/**
 * Offers streams to the relay's `Places`, which accepts as many streams as the measured capacity permits. Transcodes the accepted streams
 * at the same time, each in real time. `segments`: the segments of one stream. All streams have the same segments.
 */
export async function measureTogether(ffmpeg: Ffmpeg, segments: readonly Uint8Array[]): Promise<void> {
  const places = new Places({ maxStreams: undefined, ...(await measureCapacity(ffmpeg)) })
  const accepted = Array.from({ length: streams }, (_, index) => keccak256(toHex(index))).filter((jobId) => {
    try {
      places.take(jobId, { options, leave: () => {} })
      return true
    } catch (error) {
      if (error instanceof BusyError) return false
      throw error
    }
  })
  const startedAt = performance.now()
  const lags = await Promise.all(accepted.map(() => stream(ffmpeg, segments)))
  const seconds = (performance.now() - startedAt) / 1_000
  const { size } = places
  console.log(`\n${streams} streams of ${options.height}p at ${options.fps} fps offered, ${ffmpeg.path}`)
  console.log(`Accepted: ${size}; refused, because the measured capacity is used up: ${streams - size}`)
  console.log(`${segments.length * segmentSeconds} s of all accepted streams took ${seconds.toFixed(1)} s`)
  console.log(`Time from a segment's last input byte to its last output byte: ${spread(lags.flat())} s`)
  // A stream keeps real time if the work on each segment ends before the next segment ends.
  const limits = [{ share: 1, limit: segmentSeconds }]
  console.log(`Real time: ${verdictOn(lags.flat(), limits)} s`)
}

/** Transcodes the segments in real time, one after the other, as a relay does for a job. Resolves to the lag of each segment, in seconds. */
async function stream(ffmpeg: Ffmpeg, segments: readonly Uint8Array[]): Promise<number[]> {
  const lags: number[] = []
  const startedAt = performance.now()
  for (const [index, segment] of segments.entries()) {
    // If the previous segment ended late, bytes of this segment have already arrived. So they are written in less time.
    const endsAt = startedAt + (index + 1) * segmentSeconds * 1_000
    const overMs = Math.max(0, endsAt - performance.now())
    const lateMs = Math.max(0, performance.now() - endsAt)
    lags.push((lateMs + (await runSegment(ffmpeg, { options, segment, overMs }))) / 1_000)
  }
  return lags
}
