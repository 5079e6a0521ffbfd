import type { LoaderStats } from 'hls.js'

/** The statistics of a loader that has not loaded anything yet. hls.js reads the statistics of each loader. */
export const newLoaderStats = (): LoaderStats => ({
  ...{ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0 },
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
})
