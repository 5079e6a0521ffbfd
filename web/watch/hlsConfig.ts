import type { HlsConfig } from 'hls.js'

/**
 * Safari pauses the video for a moment at each change of the playback rate. Safari, and every browser on an iPhone or iPad, names Apple as
 * its vendor.
 */
const steadyRate = { maxLiveSyncPlaybackRate: 1 }

/** Where hls.js plays: the latency in seconds that it keeps, and the latency above which it jumps to the live edge. */
type Sync = Required<Pick<HlsConfig, 'liveSyncDuration' | 'liveMaxLatencyDuration'>>

/**
 * With parts, the newest segment of a playlist is still growing, and hls.js counts from the end that the segment will have. So a picture comes to
 * the screen 1.5 s earlier after its capture than `liveSyncDuration` says. The buffer must last until the first part of the next segment comes:
 * in a rendition, this part takes up to half a second longer than the other parts.
 */
const withParts: Sync = { liveSyncDuration: 2.9, liveMaxLatencyDuration: 4.4 }

/**
 * The buffer in seconds just after a segment has arrived. Just before the next segment arrives, two seconds are left. With a value of 3, the
 * latency was one second less, but playing sometimes stalled on a busy computer with two cores.
 */
const withoutParts: Sync = { liveSyncDuration: 4, liveMaxLatencyDuration: 14 }

/** The buffer lasts until the next segment comes. If its parts come before, hls.js plays faster until it has the latency of `withParts`. */
const atStart: Sync = { liveSyncDuration: 2.7, liveMaxLatencyDuration: 14 }

/** `laterMs`: how much later than usual the player plays. */
export function syncOf(hasParts: boolean | undefined, laterMs: number): Sync {
  const usual = hasParts === undefined ? atStart : hasParts ? withParts : withoutParts
  const laterS = laterMs / 1_000
  return {
    liveSyncDuration: usual.liveSyncDuration + laterS,
    liveMaxLatencyDuration: usual.liveMaxLatencyDuration + laterS,
  }
}

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
  ...atStart,
  // If the latency is between these two numbers, hls.js plays up to 10 % faster, until the latency is `liveSyncDuration`. People do not hear
  // this change.
  maxLiveSyncPlaybackRate: 1.1,
  // After a stall, the player goes back to the same latency.
  liveSyncOnStallIncrease: 0,
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
