import type { Candidate } from './StreamDirectory'

/** Each transcoder's gateway is a tracker as well. */
export const trackersOf = (candidates: readonly Candidate[]): string[] =>
  candidates.flatMap(({ serviceUri }) => (serviceUri ? [`${serviceUri.replace(/^http/, 'ws')}/announce`] : []))
