import type { HlsConfig } from 'hls.js'

/**
 * hls.js for segments of two seconds that arrive as soon as they are made. Playlists are never polled: their reload is
 * held until there is news.
 */
export const hlsConfig = {
  // Just after a segment has come, so much is buffered; just before the next, two seconds are left. With one second left
  // (and a second less behind the camera) a busy machine of two cores stalled now and then.
  liveSyncDuration: 4,
  // Farther behind than this, jump.
  liveMaxLatencyDuration: 14,
  // Nearer than this, catch up by playing a little faster: nobody hears a tenth.
  maxLiveSyncPlaybackRate: 1.1,
  lowLatencyMode: true,
  // The first segment tells the bandwidth better than a test segment before it would.
  testBandwidth: false,
  abrEwmaDefaultEstimate: 2_000_000,
  startFragPrefetch: true,
  // Segments are read from memory.
  backBufferLength: 20,
  // A level that failed once may be fine again.
  errorPenaltyExpireMs: 10_000,
  // Taking a segment apart costs a few milliseconds, a worker costs a longer start.
  enableWorker: false,
  // Timed metadata is not part of a stream.
  enableID3MetadataCues: false,
  enableEmsgMetadataCues: false,
  enableDateRangeMetadataCues: false,
  fragLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 5_000,
      maxLoadTimeMs: 12_000,
      timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: 8, retryDelayMs: 300, maxRetryDelayMs: 2_000 },
    },
  },
  playlistLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: Number.POSITIVE_INFINITY,
      maxLoadTimeMs: Number.POSITIVE_INFINITY,
      timeoutRetry: null,
      errorRetry: { maxNumRetry: 8, retryDelayMs: 300, maxRetryDelayMs: 2_000 },
    },
  },
} satisfies Partial<HlsConfig>
