import { ProtocolError } from './errors'
import type { Counts, Head, Probe } from './media/MpegTs'
import { maxFrames } from './media/MpegTs'
import * as Segment from './Segment'
import type { TranscodingOptions } from './TranscodingOptions'

const shortestSide = 16
const longestSide = 4096
/** A segment can have this many frames more than `fps × duration`, because the frame rate of a camera varies. */
const spareFrames = 4
/** A segment can be this much longer than its header says, because its audio can start earlier or end later than its video. */
const spareMs = 500

/** Throws `SourceError` if the pictures are too large or too small. Call this before the pictures are decoded. */
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
 * Throws `SourceError` if the bytes of a segment that have arrived so far break a limit that is the same for all segments of the job.
 * `checkSource` checks the limits that depend on the segment's header, because the header arrives only after the segment.
 */
export function checkArriving({ pictures, sounds, durationMs }: Counts, options: TranscodingOptions): void {
  const longestMs = Segment.maxDurationMs + spareMs
  if (durationMs > longestMs) throw new SourceError({ rule: `at most ${longestMs} ms`, value: `${durationMs} ms` })
  const mostPictures = Math.ceil((options.fps * Segment.maxDurationMs) / 1000) + spareFrames
  if (pictures > mostPictures)
    throw new SourceError({ rule: `at most ${mostPictures} frames`, value: `${pictures} or more` })
  if (sounds > maxFrames) throw new SourceError({ rule: `at most ${maxFrames} AAC frames`, value: `${sounds} or more` })
}

/**
 * Throws `SourceError` if a whole source segment breaks the limits of its header (`durationMs`) or of its job. The
 * transcoder refuses such a segment. A verifier gives the verdict `InputInvalid`, and the broadcaster pays a fine.
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
