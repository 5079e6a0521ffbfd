import type { Progress } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** Two segments are always under way: one is being recorded, one acknowledged. */
const usualUnsettled = 3

/** What a broadcaster should know while the stream goes on. */
export function troubleOf({ phase, unsettled, dropped, refusal }: Progress): Problem | undefined {
  if (phase === 'interrupted')
    return {
      sentence: 'The transcoder has gone.',
      nextStep: 'Keep this page open: what you record waits for it, or for the next one that was drawn.',
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
          ? 'Your connection is too slow, and viewers miss pieces.'
          : 'Your connection is slower than your stream.',
      nextStep: 'Close other uploads, or stop and choose a lower quality.',
    }
  return undefined
}
