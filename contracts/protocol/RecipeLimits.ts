import { ProtocolError } from './errors'
import type { Head, Probe } from './media/MpegTs'
import * as Segment from './Segment'
import type { TranscodingOptions } from './TranscodingOptions'

const shortestSide = 16
const longestSide = 4096
/** Frames allowed beyond `fps × duration`: the frame rate of a camera varies, and both ends of the segment count. */
const spareFrames = 4
/** A few audio frames overlap the pictures at both ends, so a segment may be longer than its header says. */
const spareMs = 500

/** Throws `SourceError` if the head breaks the limits of the job. Call this before the pictures are decoded. */
export function checkHead({ video }: Head, options: TranscodingOptions): void {
  if (!video) return
  const { width, height } = video
  const isBadSide = Math.min(width, height) < shortestSide || Math.max(width, height) > longestSide
  if (isBadSide || width * height > options.width * options.height)
    throw new SourceError({
      rule: `at most ${options.width * options.height} pixels, sides of ${shortestSide} to ${longestSide}`,
      value: `${width} × ${height}`,
    })
}

/**
 * Throws `SourceError` if a whole source breaks the limits of its header (`durationMs`) or of its job. The transcoder
 * refuses such a segment. The verdict on such a segment is `InputInvalid`, and no transcoder is slashed for it.
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
  if (!video.startsWithKeyframe) throw new SourceError({ rule: 'starts with a keyframe', value: 'another picture' })
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
