import type { Check } from 'lp-relay'
import type { Problem } from '../../ui/Problem'
import type { SegmentToCheck } from './SegmentToCheck'

export const checkSteps = ['fetching', 'loading', 'transcoding', 'comparing'] as const
export type CheckStep = (typeof checkSteps)[number]

/** The state of a check of one segment. */
export type CheckState =
  | { name: 'working'; segment: SegmentToCheck; step: CheckStep }
  | { name: 'done'; segment: SegmentToCheck; fetched: Check.Fetched; conclusion: Check.Conclusion }
  /** The check could not be finished. This does not mean that the transcoder made an error. */
  | { name: 'failed'; segment: SegmentToCheck; problem: Problem }
