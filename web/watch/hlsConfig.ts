import type { HlsConfig } from 'hls.js'

/**
 * Safari pauses the video for a moment at each change of the playback rate. Safari, and every browser on an iPhone or iPad, names Apple as
 * its vendor.
 */
const steadyRate = { maxLiveSyncPlaybackRate: 1 }

/** Latencies in seconds. hls.js keeps the latency `liveSyncDuration`. Above `liveMaxLatencyDuration`, hls.js jumps to the live edge. */
export type Sync = Required<Pick<HlsConfig, 'liveSyncDuration' | 'liveMaxLatencyDuration'>>

/**
 * For a stream with parts. The newest segment of its playlist is not complete yet, and hls.js measures the latency from the end that this
 * segment will have. So the time from camera to screen is about 1.5 s shorter than `liveSyncDuration`. The buffer must last until the first
 * part of the next segment comes. In a rendition, the time from capture to viewer is up to half a second longer for this part.
 */
const withParts: Sync = { liveSyncDuration: 2.9, liveMaxLatencyDuration: 4.4 }

/**
 * For a stream without parts. The buffer has four seconds just after a segment has arrived, and two seconds just before the next segment
 * arrives. With three seconds, the latency was one second smaller, but playing sometimes stalled on a busy computer with two cores. hls.js
 * plays faster only while the latency is less than 2 × `liveSyncDuration` + one segment, so the player must jump before that: a viewer
 * between the two limits would stay late.
 */
const withoutParts: Sync = { liveSyncDuration: 4, liveMaxLatencyDuration: 8 }

/**
 * For the start, when the page does not know yet whether the stream has parts. With this latency, the buffer lasts until the next segment
 * is complete. If this segment comes in parts, hls.js plays faster until it has the latency of `withParts`.
 */
const atStart: Sync = { liveSyncDuration: 2.7, liveMaxLatencyDuration: 14 }

/** The time from camera to screen, in seconds, with the settings above. */
export const usualS = { withParts: 1.5, withoutParts: 5 }

/**
 * What the player adds to its usual latency if the viewer wants `chosenS` seconds from camera to screen, in milliseconds. A longer latency
 * gives other viewers more time to deliver, and makes a slow network stall less often.
 */
export const chosenExtraMs = (hasParts: boolean | undefined, chosenS: number): number =>
  Math.max(0, chosenS - (hasParts === false ? usualS.withoutParts : usualS.withParts)) * 1_000

/** Until the picture has moved for `steadyMs`, the player jumps only when it is this far behind live, in seconds. */
const patientLatency = 30
/** The picture must move for this time before the player may jump to the live edge again. */
const steadyMs = 5_000

/**
 * `extraMs`: the latency that the player adds to its usual latency. `movedMs`: for how long the picture has moved without waiting. A jump
 * ends the load of the present segment. On a slow connection, a player that jumps while it waits would end each load, and never play.
 */
export function syncOf(hasParts: boolean | undefined, extraMs: number, movedMs: number): Sync {
  const usual = hasParts === undefined ? atStart : hasParts ? withParts : withoutParts
  const extraS = extraMs / 1_000
  return {
    liveSyncDuration: usual.liveSyncDuration + extraS,
    liveMaxLatencyDuration: movedMs < steadyMs ? patientLatency : usual.liveMaxLatencyDuration + extraS,
  }
}

/** The highest rate at which hls.js plays in a browser. */
export const usualRate = (navigator: Pick<Navigator, 'vendor'>): number =>
  hlsConfigFor(navigator).maxLiveSyncPlaybackRate

/** The settings of hls.js for a browser. */
export const hlsConfigFor = ({ vendor }: Pick<Navigator, 'vendor'>): typeof hlsConfig => ({
  ...hlsConfig,
  ...(vendor.startsWith('Apple') && steadyRate),
})

/**
 * The settings of hls.js for segments of two seconds. hls.js does not poll playlists: the loader answers a request for a playlist when a
 * new segment has its first part, or is complete.
 */
const hlsConfig = {
  ...atStart,
  // If the latency is above `liveSyncDuration`, hls.js plays up to 10 % faster, until the latency is `liveSyncDuration`. People do not hear
  // this change.
  maxLiveSyncPlaybackRate: 1.1,
  // After a stall, hls.js plays with the same `liveSyncDuration` as before the stall.
  liveSyncOnStallIncrease: 0,
  lowLatencyMode: true,
  // The first segment measures the bandwidth better than a test segment would.
  testBandwidth: false,
  abrEwmaDefaultEstimate: 2_000_000,
  startFragPrefetch: true,
  // Played segments stay in the buffer for this time, in seconds. hls.js can load older segments again.
  backBufferLength: 20,
  // hls.js can use a failed level again after this time.
  errorPenaltyExpireMs: 10_000,
  // Demuxing takes a few milliseconds. A worker would make the start slower.
  enableWorker: false,
  // Without this setting, hls.js loads no playlist any more after two playlists that contradict each other.
  ignorePlaylistParsingErrors: true,
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
