import { ProtocolError } from './errors'
import type { Head, Probe } from './media/MpegTs'
import * as Segment from './Segment'
import type { TranscodingOptions } from './TranscodingOptions'

const shortestSide = 16
const longestSide = 4096
/** Frames that may come beyond `fps × duration`: cameras jitter, and both ends count. */
const spareFrames = 4
/** Sound overlaps the pictures by a few frames at the joins, so a segment may hold more than the header says. */
const spareMs = 500

/** Throws unless a source may be transcoded, as far as its head tells: do this before its pictures are decoded. */
export function checkHead({ video }: Head, options: TranscodingOptions): void {
  if (!video) return
  const { width, height } = video
  const tooThin = Math.min(width, height) < shortestSide || Math.max(width, height) > longestSide
  if (tooThin || width * height > options.width * options.height)
    throw new SourceError({
      rule: `at most ${options.width * options.height} pixels, sides of ${shortestSide} to ${longestSide}`,
      value: `${width} × ${height}`,
    })
}

/**
 * Throws `SourceError` unless a whole source keeps what its header (`durationMs`) and the job promise. The transcoder
 * refuses such a segment, the verifier's verdict on it is InputInvalid, and nobody is convicted over it.
 */
export function checkSource({
  probe,
  options,
  durationMs,
}: {
  probe: Probe
  options: TranscodingOptions
  durationMs: number
}): void {
  checkHead(probe, options)
  const longestMs = Math.min(durationMs, Segment.maxDurationMs) + spareMs
  if (probe.durationMs > longestMs)
    throw new SourceError({ rule: `at most ${longestMs} ms`, value: `${probe.durationMs} ms` })
  const { video } = probe
  if (!video) return
  if (!video.startsWithKeyframe) throw new SourceError({ rule: 'starts with a keyframe', value: 'it does not' })
  const mostFrames = Math.ceil((options.fps * durationMs) / 1000) + spareFrames
  if (video.frameCount > mostFrames)
    throw new SourceError({ rule: `at most ${mostFrames} frames`, value: `${video.frameCount}` })
}

export class SourceError extends ProtocolError {
  override readonly name = 'Recipe.SourceError'
  constructor({ rule, value }: { rule: string; value: string }) {
    super('The source segment breaks the limits of its job.', { details: [`Rule: ${rule}`, `Found: ${value}`] })
  }
}
