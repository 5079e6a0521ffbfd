import {
  type AccessUnit,
  microsecondsFromTicks,
  sequenceParameters,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  ticksFromMicroseconds,
} from 'lp-relay/media'
import { createFrameRate, type Load } from './FrameRate'
import type { MediaClock } from './MediaClock'
import { createPictureFitter } from './picture'
import type { VideoCodec } from './videoCodec'

/** The path of pictures from a source through the encoder. */
export type VideoLane = {
  /** Encodes a frame of the source, captured at `capturedAtMs`. The lane closes the frame. */
  add(frame: VideoFrame, capturedAtMs: number): void
  /** Encodes the last picture again if the source gives no new picture. */
  repeat(nowMs: number): void
  /** Flushes and closes the encoder. */
  finish(): Promise<void>
  readonly counts: { captured: number; encoded: number; dropped: number; repeated: number }
  readonly encodeQueue: number
  /** Mean time that a picture spends in the encoder (moving average). */
  readonly latencyMs: number
  /** The largest number of pictures that the lane encodes in a second now. Lower than `fps` if the computer is too slow. */
  readonly fps: number
  /** The part of the time in which the encoder works, from 0 to 1 (moving average). Undefined for an encoder that looks ahead. */
  readonly load: number | undefined
}

// The interval between pictures while a shared screen does not change.
const STILL_INTERVAL_MS = 333
// If the first picture of a segment is this late, the lane encodes the last picture again, as the key frame of the segment.
const LATE_TICKS = 100 * TICKS_PER_MS
// If this number of pictures waits in the encoder, the computer is too slow. New pictures are dropped, because otherwise the latency would
// grow.
const MAX_QUEUE = 2
const MAX_IN_FLIGHT = 8
// If this number of pictures is in a prompt encoder, the encoder is behind. A hardware encoder can hold a few pictures.
const STRAINED_IN_FLIGHT = 5
// An encoder that looks ahead can hold all pictures of a segment. While we flush the encoder, new pictures wait for up to this time.
const MAX_FLUSH_MS = 1_500
const DROPPED_AFTER_MS = 2_000
const MAX_RESTARTS = 3

export function createVideoLane({
  codec: { config, isPrompt },
  fps,
  clock,
  startTicks,
  segmentTicks,
  onUnit,
  onFailure,
}: {
  codec: VideoCodec
  fps: number
  clock: MediaClock
  startTicks: number
  segmentTicks: number
  onUnit: (unit: AccessUnit) => void
  onFailure: (cause: unknown) => void
}): VideoLane {
  const rate = createFrameRate({ fps, nowMs: performance.now() })
  const maxQueue = isPrompt ? MAX_QUEUE : (MAX_FLUSH_MS * fps) / 1_000
  const fitter = createPictureFitter(config)
  const counts = { captured: 0, encoded: 0, dropped: 0, repeated: 0 }
  let restarts = 0
  let encoder = startEncoder()
  /** Pictures in the encoder, oldest first. */
  let inFlight: { ticks: number; submittedAtMs: number }[] = []
  let lastFrame: VideoFrame | null = null
  let lastTicks = Number.NEGATIVE_INFINITY
  let lastEncodedAtMs = 0
  let dueTicks = startTicks
  /** The media time at which the next segment should start. The next keyframe is due at this time. */
  let keyTicks = startTicks
  let needsKey = true
  let requestedKeyTicks: number | null = null
  let latencyMs = 0
  let workMs = 0
  let lastEncodedOutMs = 0

  return {
    counts,
    get encodeQueue() {
      return inFlight.length
    },
    get latencyMs() {
      return latencyMs
    },
    get fps() {
      return rate.fps
    },
    get load() {
      return isPrompt ? Math.min(1, (workMs * rate.fps) / 1_000) : undefined
    },

    add(frame, capturedAtMs) {
      counts.captured++
      lastFrame?.close()
      lastFrame = frame
      const ticks = clock.ticksAt(capturedAtMs)
      // If the source gives more frames than the lane encodes, frames are left out at regular intervals.
      if (ticks < dueTicks - frameTicks() / 4 || ticks <= lastTicks) return
      const load = loadNow()
      rate.observe(load, performance.now())
      if (load === 'full') {
        counts.dropped++
        return
      }
      dueTicks = Math.max(dueTicks, ticks - frameTicks()) + frameTicks()
      encode(frame, ticks)
    },

    repeat(nowMs) {
      if (!lastFrame || isBusy()) return
      const nowTicks = clock.ticksAt(nowMs)
      const isKeyLate = lastTicks < keyTicks && nowTicks >= keyTicks + LATE_TICKS
      if (nowMs - lastEncodedAtMs < STILL_INTERVAL_MS && !isKeyLate) return
      const ticks = isKeyLate ? keyTicks : nowTicks
      if (ticks <= lastTicks) return
      counts.repeated++
      encode(lastFrame, ticks)
    },

    async finish() {
      if (encoder.state === 'configured') await encoder.flush()
      if (encoder.state !== 'closed') encoder.close()
      lastFrame?.close()
      lastFrame = null
    },
  }

  function frameTicks(): number {
    return TICKS_PER_SECOND / rate.fps
  }

  function loadNow(): Load {
    if (isBusy()) return 'full'
    const isBehind = isPrompt ? inFlight.length >= STRAINED_IN_FLIGHT : encoder.encodeQueueSize >= (maxQueue * 2) / 3
    return isBehind ? 'strained' : 'free'
  }

  function startEncoder(): VideoEncoder {
    const started: VideoEncoder = new VideoEncoder({
      output: onEncoded,
      error: (cause) => {
        if (started !== encoder) return
        // Browsers close the encoders of idle pages, and hardware encoders reset. The new encoder starts with a keyframe.
        if (restarts++ >= MAX_RESTARTS) return onFailure(cause)
        inFlight = []
        needsKey = true
        encoder = startEncoder()
      },
    })
    // After two failures in a row, use the software encoder.
    started.configure(restarts > 1 ? { ...config, hardwareAcceleration: 'prefer-software' } : config)
    return started
  }

  function isBusy(): boolean {
    const oldest = inFlight[0]
    // A prompt encoder can drop pictures without an event, so its pictures count only for `DROPPED_AFTER_MS`. An encoder that looks ahead
    // (`isPrompt` is false) can hold the pictures of a whole segment, so this limit does not apply to it.
    if (isPrompt && oldest && performance.now() - oldest.submittedAtMs > DROPPED_AFTER_MS) inFlight = []
    if (encoder.state !== 'configured' || encoder.encodeQueueSize >= maxQueue) return true
    return isPrompt && inFlight.length >= MAX_IN_FLIGHT
  }

  function encode(frame: VideoFrame, ticks: number) {
    const isKey = needsKey || ticks >= keyTicks
    if (isKey) requestedKeyTicks = ticks
    needsKey = false
    while (keyTicks <= ticks) keyTicks += segmentTicks
    const picture = fitter.fit(frame, microsecondsFromTicks(ticks))
    encoder.encode(picture, { keyFrame: isKey })
    picture.close()
    if (isKey && !isPrompt) flush()
    lastTicks = ticks
    lastEncodedAtMs = performance.now()
    inFlight.push({ ticks, submittedAtMs: lastEncodedAtMs })
  }

  /** Makes the encoder give all pictures up to the keyframe, because the keyframe ends the segment before it. */
  function flush() {
    // If the flush fails, the encoder also reports an error.
    encoder.flush().catch(() => undefined)
  }

  function onEncoded(encoded: EncodedVideoChunk) {
    counts.encoded++
    restarts = 0
    const ticks = ticksFromMicroseconds(encoded.timestamp)
    const isKey = encoded.type === 'key'
    if (requestedKeyTicks !== null && ticks >= requestedKeyTicks) {
      // The encoder dropped the picture that should have been the keyframe.
      if (!isKey) needsKey = true
      requestedKeyTicks = null
    }
    const submitted = inFlight.find((one) => one.ticks === ticks)
    if (submitted) {
      const nowMs = performance.now()
      latencyMs += (nowMs - submitted.submittedAtMs - latencyMs) / 16
      workMs += (nowMs - Math.max(submitted.submittedAtMs, lastEncodedOutMs) - workMs) / 16
      lastEncodedOutMs = nowMs
    }
    inFlight = inFlight.filter((one) => one.ticks > ticks)
    const data = new Uint8Array(encoded.byteLength)
    encoded.copyTo(data)
    const format = isKey ? { format: sequenceParameters(data) } : {}
    onUnit({ kind: 'video', ticks, durationTicks: frameTicks(), isKey, data, ...format })
  }
}
