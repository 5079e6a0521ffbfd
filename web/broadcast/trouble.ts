import { Segment } from '@lp/contracts/protocol'
import type { Progress } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import type { Lasting } from './Funds'

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
/** After half a minute without a segment, viewers read that the stream is silent. */
const endAfterMs = 30_000

/** A reorganisation has removed the job, and no block contains the job now. */
export const jobMissing: Problem = {
  sentence: 'The chain has replaced the block with your job.',
  nextStep:
    'Keep this page open: the stream goes on. If the job does not come back, your wallet asks you to post it again.',
}

/** The facts about a live stream that are not in `Progress`. */
export type Circumstances = {
  /** The time since the last acknowledgement. */
  quietMs: number
  /** What the chain says about the deposit. Undefined if the page could not read it. */
  lasting: Lasting | undefined
}

/**
 * Whether the deposit is used up. A dishonest transcoder can refuse a segment with this cause at any time. So the amounts on chain must also
 * show that the deposit is used up.
 */
export const isUsedUp = (progress: Progress, { lasting }: Circumstances): boolean =>
  isUnpaid(progress.refusal) && lasting !== undefined && isSpent(progress, lasting)

/** The page ends the stream if the deposit is used up, and no segment was accepted for `endAfterMs`. */
export const isOverdue = (progress: Progress, circumstances: Circumstances): boolean =>
  isUsedUp(progress, circumstances) && circumstances.quietMs > endAfterMs

/** Why the page has ended the stream. */
export const depositUsedUp: Problem = {
  sentence: 'The deposit that the job had reserved is used up, so this page has ended the stream.',
  nextStep: 'To stream again, start a new broadcast.',
}

/** The problem of a live stream. */
export function troubleOf(progress: Progress, circumstances: Circumstances): Problem | undefined {
  const { phase, unsettled, dropped, refusal } = progress
  const { quietMs } = circumstances
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
  if (isUnpaid(refusal)) return unpaid(progress, circumstances)
  if (unsettled > usualUnsettled && quietMs > usualQuietMs)
    return {
      sentence: 'The transcoder does not answer.',
      nextStep:
        'Keep this page open: it keeps your newest segments until the transcoder answers. If this continues, check your connection.',
    }
  if (refusal)
    return {
      sentence: `The transcoder refused a segment: ${refusal.message}`,
      nextStep:
        quietMs > usualQuietMs
          ? 'It has accepted no segment since then, and viewers see nothing new. If this continues, stop the stream and start a new broadcast.'
          : 'The stream goes on. If this happens again, stop the stream and choose another quality.',
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

/** Whether the transcoder has refused a segment because the job does not pay for it. */
const isUnpaid = (refusal: Progress['refusal']): boolean =>
  refusal !== undefined && !refusal.isOfStream && refusal.code === 'assertPayable.UnpayableError'

function unpaid(progress: Progress, { lasting }: Circumstances): Problem {
  if (!lasting)
    return {
      sentence: `The transcoder refused a segment: ${progress.refusal?.message}`,
      nextStep: 'This page cannot read the deposit now. If this continues, stop the stream and start a new broadcast.',
    }
  return isSpent(progress, lasting) ? nothingLeft : notClaimed
}

/**
 * Whether the deposit, or the transcoder's part of the reserve, pays only for the segments that wait for their acknowledgement, and for less
 * than three more. The page reads the chain every three seconds, so `leftMs` can be some seconds too large.
 */
const isSpent = ({ unsettled }: Progress, { leftMs, reserveMs }: Lasting): boolean =>
  Math.min(leftMs, reserveMs) < (unsettled + 3) * Segment.targetDurationMs

const nothingLeft: Problem = {
  sentence:
    'The deposit that the job had reserved is used up: the transcoder accepts no more segments, and viewers see nothing new.',
  nextStep: 'After half a minute, this page ends the stream. To stream again, start a new broadcast.',
}

/** The free deposit does not help here, because the broadcaster can withdraw it before the transcoder claims. */
const notClaimed: Problem = {
  sentence: 'The transcoder accepts no segment now, because it has not claimed enough of its earlier work on chain.',
  nextStep:
    'Keep this page open: the stream goes on after the next claim. If this continues, stop the stream and start a new broadcast. More deposit does not help.',
}
