import type { HlsConfig } from 'hls.js'

/**
 * hls.js for segments of two seconds that arrive as soon as they are made. hls.js does not poll playlists: the loader answers
 * a reload when there is a new segment.
 */
export const hlsConfig = {
  // The buffer just after a segment has arrived, in seconds. Just before the next segment arrives, two seconds are left. With 3 s, the
  // latency is one second less, but playing stalled sometimes on a busy computer with two cores.
  liveSyncDuration: 4,
  // Jumps to the live edge above this latency, in seconds.
  liveMaxLatencyDuration: 14,
  // Below that latency, reduces the latency by playing up to 10 % faster, which cannot be heard.
  maxLiveSyncPlaybackRate: 1.1,
  lowLatencyMode: true,
  // The first segment measures the bandwidth better than a test segment would.
  testBandwidth: false,
  abrEwmaDefaultEstimate: 2_000_000,
  startFragPrefetch: true,
  // Played segments stay in the buffer for this time, in seconds. Older segments can be read again from memory.
  backBufferLength: 20,
  // hls.js can use a failed level again after this time.
  errorPenaltyExpireMs: 10_000,
  // Demuxing takes a few milliseconds. A worker would make the start slower.
  enableWorker: false,
  // A stream has no timed metadata.
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
