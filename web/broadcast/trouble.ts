import type { Progress } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** Two segments are always under way: one is being recorded, one acknowledged. */
const usualUnsettled = 3
/** A transcoder that takes longer for its next word is stuck, or the line to it is; browsers tell only after 20 s. */
const usualQuietMs = 6_000

/** The block that held the job was replaced, and no other holds it yet. */
export const jobMissing: Problem = {
  sentence: 'The chain has replaced the block that held your job.',
  nextStep: 'Keep this page open: the stream goes on. If the job does not come back, your wallet is asked once more.',
}

/** What a broadcaster should know while the stream goes on; `quietMs` is how long ago a segment was acknowledged. */
export function troubleOf({ phase, unsettled, dropped, refusal }: Progress, quietMs: number): Problem | undefined {
  if (phase === 'interrupted')
    return {
      sentence: 'The transcoder has gone.',
      nextStep: 'Keep this page open: what you record waits for it, or for the next one that was drawn.',
    }
  if (unsettled > usualUnsettled && quietMs > usualQuietMs)
    return {
      sentence: 'The transcoder does not answer.',
      nextStep: 'Keep this page open: what you record waits for it. If it stays so, check your connection.',
    }
  if (refusal)
    return {
      sentence: `The transcoder refused a segment: ${refusal.message}`,
      nextStep: 'The stream goes on. If it happens again, stop and choose another quality.',
    }
  if (unsettled > usualUnsettled)
    return {
      sentence:
        dropped > 0
          ? 'Segments wait too long, and viewers miss some.'
          : `${unsettled} segments wait to be sent or transcoded.`,
      nextStep: 'If they do not become fewer, close other uploads, or stop and choose a lower quality.',
    }
  return undefined
}
