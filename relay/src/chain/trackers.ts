import type { Candidate } from './StreamDirectory'

/** The gateway of each candidate is also a tracker. */
export const trackersOf = (candidates: readonly Candidate[]): string[] =>
  candidates.flatMap(({ serviceUri }) => (serviceUri ? [`${serviceUri.replace(/^http/, 'ws')}/announce`] : []))
