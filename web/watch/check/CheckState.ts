import type { Check } from 'lp-relay'
import type { Problem } from '../../ui/Problem'
import type { Pick } from './Pick'

export const checkSteps = ['fetching', 'loading', 'transcoding', 'comparing'] as const
export type CheckStep = (typeof checkSteps)[number]

/** How a check of one segment stands. */
export type CheckState =
  | { name: 'working'; pick: Pick; step: CheckStep }
  | { name: 'done'; pick: Pick; fetched: Check.Fetched; conclusion: Check.Conclusion }
  /** It could not be done; this says nothing about the transcoder. */
  | { name: 'failed'; pick: Pick; problem: Problem }
