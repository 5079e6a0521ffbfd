import { Part } from '@lp/contracts/protocol'
import { type AccessUnit, createAacEncoder, createSegmenter, type SegmentEvent, ticksFromMs } from 'lp-relay/media'
import { type AudioLane, createAudioLane } from './AudioLane'
import { causeDetails } from './CaptureError'
import { createMediaClock, createSourceClock, type MediaClock } from './MediaClock'
import { blackPicture, encodedSize, type Size } from './picture'
import { readFrames } from './readFrames'
import { readPort } from './readPort'
import { fromAudioData, type Sound } from './Sound'
import { createVideoLane, type VideoLane } from './VideoLane'
import { findVideoCodec } from './videoCodec'

export type RecorderSettings = Size & {
  fps: number
  videoBitrate: number
  audioBitrate: number
  segmentDurationMs: number
  startTimeMs: number
}

/** The frames of a stream's tracks. A port gives `VideoFrame`s or `Sound`, and `readPort` reads the port. */
export type Sources = {
  video?: ReadableStream<VideoFrame> | MessagePort | undefined
  audio?: ReadableStream<AudioData> | MessagePort | undefined
  /** The frame rate of the source. From this rate and the bitrate, the encoder computes how many bits a picture gets. */
  videoFps?: number | undefined
}

export type RecorderEvent =
  | SegmentEvent
  | { type: 'source-lost'; kind: 'video' | 'audio'; details: readonly string[] }
  | { type: 'ended'; reason: 'stopped' | 'sources-lost'; stats: CaptureStats }

/** Counts of frames since the start of the capture, and the load of the encoder. */
export type CaptureStats = {
  captured: number
  encoded: number
  /** Frames that were not encoded, because the computer was too slow. */
  dropped: number
  /** Frames that were encoded again, because the source gave no new frame. */
  repeated: number
  /** Frames in the encoder now. */
  encodeQueue: number
  /** Mean time that a picture spends in the encoder (moving average). */
  encodeLatencyMs: number
  /** The part of the time in which the encoder works, from 0 to 1 (moving average). Undefined if it cannot be measured. */
  encodeLoad: number | undefined
  /** The largest number of pictures per second now. Lower than `fullFps` if the computer is too slow. 0 without video. */
  fps: number
  /** The largest number of pictures per second that the job permits. 0 without video. */
  fullFps: number
  /** The mean bitrate of the last 4 s, in bits per second. */
  bitrate: number
}

export type Recorder = Size & {
  videoCodec: string | null
  /** `Date.now()` at the media time `startTimeMs`. */
  startedAtMs: number
  stats(): CaptureStats
  replace(sources: Sources): void
  stop(reason?: 'stopped' | 'sources-lost'): Promise<void>
}

const FIRST_FRAME_TIMEOUT_MS = 2_000
const TICK_INTERVAL_MS = 50
const BITRATE_WINDOW_MS = 4_000
// If the recorder did nothing for longer than this, the computer slept.
const ASLEEP_MS = 5_000

/**
 * Records sources into segments. Runs in a worker, because a busy page or a hidden tab would slow the recording down. The kinds
 * of tracks never change, because players and transcoders fail when a track disappears. The last picture replaces a lost camera, and
 * silence replaces a lost microphone.
 */
export async function startRecorder({
  sources,
  settings,
  onEvent,
  onFailure,
}: {
  sources: Sources
  settings: RecorderSettings
  onEvent: (event: RecorderEvent) => void
  onFailure: (cause: unknown) => void
}): Promise<Recorder> {
  const hasVideo = sources.video !== undefined
  const hasAudio = sources.audio !== undefined
  const startTicks = ticksFromMs(settings.startTimeMs)
  const segmentTicks = ticksFromMs(settings.segmentDurationMs)
  const partTicks = ticksFromMs(Part.targetDurationMs)
  const segmenter = createSegmenter({ hasVideo, hasAudio, startTicks, segmentTicks, partTicks, onEvent: passOn })
  const written: { atMs: number; bytes: number }[] = []
  const isLost = { video: !hasVideo, audio: !hasAudio }
  let disconnect: (() => void)[] = []
  let lastAwakeMs = performance.now()
  let runningClock: MediaClock | null = null
  let videoLane: VideoLane | null = null
  let audioLane: AudioLane | null = null
  let earlyFrame: VideoFrame | null = null
  let stopping: Promise<void> | null = null
  const firstFrame = Promise.withResolvers<void>()

  // Reading starts before the encoders are ready: the clocks of the sources must be measured, and old frames must not wait in the tracks.
  connect(sources)
  const aac = hasAudio
    ? await createAacEncoder({ bitrate: settings.audioBitrate, startTicks, onUnit: segmenter.add, onFailure })
    : null
  const codec = hasVideo ? await videoCodec() : null
  const startMs = awakeNow()
  const clock = createMediaClock({ startTicks, startMs })
  runningClock = clock
  if (codec) {
    const { fps } = settings
    const addUnit = (unit: AccessUnit) => segmenter.add(unit)
    videoLane = createVideoLane({ codec, fps, clock, startTicks, segmentTicks, onUnit: addUnit, onFailure })
    videoLane.add(earlyFrame ?? blackPicture(codec.config), startMs)
    earlyFrame = null
  }
  if (aac) audioLane = createAudioLane({ clock, startTicks, encoder: aac })
  const timer = setInterval(tick, TICK_INTERVAL_MS)

  return {
    width: codec?.config.width ?? 0,
    height: codec?.config.height ?? 0,
    videoCodec: codec?.config.codec ?? null,
    startedAtMs: performance.timeOrigin + startMs,
    stats,
    replace: connect,
    stop,
  }

  function connect(next: Sources) {
    for (const end of disconnect) end()
    disconnect = []
    if (hasVideo && next.video) disconnect.push(connectVideo(next.video))
    if (hasAudio && next.audio) disconnect.push(connectAudio(next.audio))
    isLost.video = !(hasVideo && next.video)
    isLost.audio = !(hasAudio && next.audio)
  }

  function connectVideo(frames: ReadableStream<VideoFrame> | MessagePort) {
    const source = createSourceClock()
    const onFrame = (frame: VideoFrame) => {
      const capturedAtMs = source.capturedAtMs(frame.timestamp, awakeNow())
      if (videoLane) return videoLane.add(frame, capturedAtMs)
      earlyFrame?.close()
      earlyFrame = frame
      firstFrame.resolve()
    }
    const onEnd = (cause?: unknown) => onLost('video', cause)
    return frames instanceof MessagePort
      ? readPort(frames, { onFrame, onEnd, askEveryMs: 1_000 / settings.fps })
      : readFrames(frames, { onFrame, onEnd })
  }

  function connectAudio(frames: ReadableStream<AudioData> | MessagePort) {
    const source = createSourceClock()
    const onSound = (sound: Sound) => audioLane?.add(sound, source.capturedAtMs(sound.timestampUs, awakeNow()))
    const onEnd = (cause?: unknown) => onLost('audio', cause)
    return frames instanceof MessagePort
      ? readPort(frames, { onFrame: onSound, onEnd })
      : readFrames(frames, { onFrame: (data) => onSound(fromAudioData(data)), onEnd })
  }

  async function videoCodec() {
    await Promise.race([firstFrame.promise, new Promise((resolve) => setTimeout(resolve, FIRST_FRAME_TIMEOUT_MS))])
    const source = earlyFrame && { width: earlyFrame.displayWidth, height: earlyFrame.displayHeight }
    const size = encodedSize(source ?? settings, settings)
    const fps = Math.min(settings.fps, sources.videoFps || settings.fps)
    const codec = await findVideoCodec({ ...size, fps, bitrate: settings.videoBitrate })
    if (!codec) throw new UnsupportedSizeError(size)
    return codec
  }

  function onLost(kind: 'video' | 'audio', cause: unknown) {
    isLost[kind] = true
    onEvent({ type: 'source-lost', kind, details: causeDetails(cause) })
    if (isLost.video && isLost.audio) void stop('sources-lost')
  }

  function tick() {
    const nowMs = awakeNow()
    videoLane?.repeat(nowMs)
    audioLane?.fill(nowMs, { isLost: isLost.audio })
  }

  /**
   * Returns `performance.now()`. If the computer has slept, tells the clock to leave the time of the sleep out of media time. If the clock
   * included this time, the recorder would write silence for all of it.
   */
  function awakeNow(): number {
    const nowMs = performance.now()
    if (nowMs - lastAwakeMs > ASLEEP_MS) runningClock?.skip(nowMs - lastAwakeMs)
    lastAwakeMs = nowMs
    return nowMs
  }

  function passOn(event: SegmentEvent) {
    if (event.type === 'bytes') written.push({ atMs: performance.now(), bytes: event.data.length })
    onEvent(event)
  }

  function stats(): CaptureStats {
    const nowMs = performance.now()
    while (written[0] && nowMs - written[0].atMs > BITRATE_WINDOW_MS) written.shift()
    const bytes = written.reduce((total, one) => total + one.bytes, 0)
    const windowMs = Math.min(BITRATE_WINDOW_MS, nowMs - startMs)
    return {
      ...(videoLane?.counts ?? { captured: 0, encoded: 0, dropped: 0, repeated: 0 }),
      encodeQueue: videoLane?.encodeQueue ?? 0,
      encodeLatencyMs: videoLane?.latencyMs ?? 0,
      encodeLoad: videoLane?.load,
      fps: videoLane?.fps ?? 0,
      fullFps: videoLane ? settings.fps : 0,
      bitrate: windowMs > 0 ? Math.round((bytes * 8_000) / windowMs) : 0,
    }
  }

  function stop(reason: 'stopped' | 'sources-lost' = 'stopped'): Promise<void> {
    stopping ??= finish(reason)
    return stopping
  }

  async function finish(reason: 'stopped' | 'sources-lost') {
    clearInterval(timer)
    for (const end of disconnect) end()
    await videoLane?.finish()
    await aac?.finish()
    segmenter.finish()
    onEvent({ type: 'ended', reason, stats: stats() })
  }
}

export class UnsupportedSizeError extends Error {
  override readonly name = 'Recorder.UnsupportedSizeError'
  constructor({ width, height }: Size) {
    super(`No H.264 encoder supports ${width}×${height}.`)
  }
}
