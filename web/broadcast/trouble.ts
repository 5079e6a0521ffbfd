import type { Progress } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/**
 * Up to this number of unsettled segments is usual. Usually, two segments are unsettled: the page records one segment, and another
 * segment waits for its acknowledgement.
 */
const usualUnsettled = 3
/**
 * If no acknowledgement arrives for longer than this, the transcoder or the connection is stuck. Browsers report a lost connection only
 * after 20 s.
 */
const usualQuietMs = 6_000

/** A reorganisation has removed the job, and no block contains the job now. */
export const jobMissing: Problem = {
  sentence: 'The chain has replaced the block with your job.',
  nextStep:
    'Keep this page open: the stream goes on. If the job does not come back, your wallet asks you to post it again.',
}

/** The problem of a live stream. `quietMs` is the time since the last acknowledgement. */
export function troubleOf({ phase, unsettled, dropped, refusal }: Progress, quietMs: number): Problem | undefined {
  if (refusal?.isOfStream && phase !== 'assigned')
    return {
      sentence: refusal.message,
      nextStep: 'Keep this page open: it keeps your newest segments until another transcoder takes the stream.',
    }
  if (phase === 'interrupted')
    return {
      sentence: 'The connection to the transcoder is lost.',
      nextStep:
        'Keep this page open: it keeps your newest segments until this transcoder, or the next transcoder, receives them.',
    }
  if (unsettled > usualUnsettled && quietMs > usualQuietMs)
    return {
      sentence: 'The transcoder does not answer.',
      nextStep:
        'Keep this page open: it keeps your newest segments until the transcoder answers. If this continues, check your connection.',
    }
  if (refusal)
    return {
      sentence: `The transcoder refused a segment: ${refusal.message}`,
      nextStep: 'The stream goes on. If this happens again, stop the stream and choose another quality.',
    }
  if (unsettled > usualUnsettled)
    return {
      sentence:
        dropped > 0
          ? 'Segments wait too long, and viewers miss some of them.'
          : `${unsettled} segments wait to be sent or transcoded.`,
      nextStep: 'If this continues, stop other uploads, or stop the stream and choose a lower quality.',
    }
  return undefined
}
