import type { HlsConfig } from 'hls.js'

/**
 * Safari pauses the video for a moment at each change of the playback rate. Safari, and every browser on an iPhone or iPad, names Apple as
 * its vendor.
 */
const steadyRate = { maxLiveSyncPlaybackRate: 1 }

/** The settings of hls.js for a browser. */
export const hlsConfigFor = ({ vendor }: Pick<Navigator, 'vendor'>): typeof hlsConfig => ({
  ...hlsConfig,
  ...(vendor.startsWith('Apple') && steadyRate),
})

/**
 * The settings of hls.js for segments of two seconds, each of which arrives immediately after it was made. hls.js does not poll playlists:
 * the loader answers a request for a playlist when there is a new segment.
 */
const hlsConfig = {
  // The buffer in seconds just after a segment has arrived. Just before the next segment arrives, two seconds are left. With a value of 3,
  // the latency was one second less, but playing sometimes stalled on a busy computer with two cores.
  liveSyncDuration: 4,
  // If the latency is above this number of seconds, hls.js jumps to the live edge.
  liveMaxLatencyDuration: 14,
  // If the latency is between these two numbers, hls.js plays up to 10 % faster, until the latency is `liveSyncDuration`. People do not hear
  // this change.
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
