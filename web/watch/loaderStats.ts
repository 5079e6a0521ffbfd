import type { LoaderStats } from 'hls.js'

/** The statistics that hls.js reads from a loader, before the loader has loaded anything. */
export const newLoaderStats = (): LoaderStats => ({
  ...{ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0 },
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
})
