import type { Servers } from './Servers'
import type { Candidate } from './StreamDirectory'

/** The gateway of each candidate is also a tracker. */
export const trackerOf = (serviceUri: string): string => `${serviceUri.replace(/^http/, 'ws')}/announce`

/** The trackers of all candidates, and then the trackers that the operator of the page adds. */
export const trackersOf = (candidates: readonly Candidate[], { trackers = [] }: Servers = {}): string[] => [
  ...candidates.flatMap(({ serviceUri }) => (serviceUri ? [trackerOf(serviceUri)] : [])),
  ...trackers,
]
