import { logOf } from 'lp-relay/log'
import type { SegmentEvent } from 'lp-relay/media'
import { CaptureError } from './CaptureError'
import { DeviceUnpluggedError } from './deviceErrors'
import type { ToPage, ToWorker } from './messages'
import { type OpenTracks, openTracks } from './openTracks'
import type { CaptureStats, RecorderSettings } from './recorder'
import { NoH264EncoderError } from './support'

const log = logOf('capture')

export type { CaptureStats } from './recorder'

export type CaptureOptions = {
  /** The first live video track and the first live audio track are captured. One of the two tracks is enough. */
  stream: MediaStream
  onEvent: (event: CaptureEvent) => void
} & Partial<RecorderSettings>

/**
 * For each segment: `begin`, then one or more `bytes` and possibly `part`s, then `end`. After the last segment: `ended`. No event
 * follows `failed`.
 */
export type CaptureEvent =
  | SegmentEvent
  | { type: 'source-lost'; kind: 'video' | 'audio'; error: CaptureError }
  | { type: 'ended'; reason: 'stopped' | 'sources-lost'; stats: CaptureStats }
  | { type: 'failed'; error: CaptureError }

export type Capture = {
  /** Size of the encoded picture in pixels, constant during the capture; 0 × 0 without video. */
  readonly width: number
  readonly height: number
  /** `avc1.…`, null without video. */
  readonly videoCodec: string | null
  readonly hasVideo: boolean
  readonly hasAudio: boolean
  /** `Date.now()` at the media time `startTimeMs`. The capture times of the segments are computed from this time. */
  readonly startedAtMs: number
  stats(): Promise<CaptureStats>
  /**
   * Continues with another camera or screen. If the new stream has no picture, the capture repeats the last picture. If the new stream has
   * no sound, the capture continues with silence. A capture without video cannot get video, and a capture without sound cannot get sound.
   * Resolves when the capture no longer needs the tracks of the earlier stream. Never rejects.
   */
  replaceStream(stream: MediaStream): Promise<void>
  /** Writes the last segment, which can be shorter, and resolves after `ended` or `failed`. The caller closes the stream. */
  stop(): Promise<void>
}

/** The settings for a good quality of 1280×720 at up to 30 fps. A home connection can send this bitrate. */
export const CAPTURE_DEFAULTS: RecorderSettings = {
  width: 1280,
  height: 720,
  fps: 30,
  videoBitrate: 2_000_000,
  audioBitrate: 128_000,
  segmentDurationMs: 2_000,
  // The start time is not zero, because the decoder's clock (PCR) is earlier than the timestamps and must not be negative.
  startTimeMs: 1_000,
}

/** Captures a stream as MPEG-TS segments. Resolves when the encoder runs. Rejects with a `CaptureError`. */
export async function startCapture({ stream, onEvent, ...overrides }: CaptureOptions): Promise<Capture> {
  let tracks = await open(stream)
  const hasVideo = tracks.sources.video !== undefined
  const hasAudio = tracks.sources.audio !== undefined
  const worker = new Worker(new URL('./captureWorker.ts', import.meta.url), { type: 'module', name: 'capture' })
  const started = Promise.withResolvers<Capture>()
  const ended = Promise.withResolvers<void>()
  const waitingStats = new Map<number, (stats: CaptureStats) => void>()
  let isRunning = false
  let isOver = false
  let lastStats: CaptureStats = NO_STATS
  let nextStatsId = 0
  let replacing = Promise.resolve()

  worker.onmessage = ({ data }: MessageEvent<ToPage>) => receive(data)
  worker.onerror = (event) => fail(new WorkerFailedError({ message: event.message }))
  send({ type: 'start', sources: tracks.sources, settings: { ...CAPTURE_DEFAULTS, ...overrides } }, tracks.transfer)
  return started.promise

  function receive(message: ToPage) {
    switch (message.type) {
      case 'started':
        isRunning = true
        log.debug('started', () => ({
          width: message.width,
          height: message.height,
          codec: message.videoCodec,
          hasAudio,
        }))
        return started.resolve({ ...message, hasVideo, hasAudio, stats, replaceStream, stop })
      case 'stats':
        lastStats = message.stats
        waitingStats.get(message.id)?.(message.stats)
        return waitingStats.delete(message.id)
      case 'source-lost': {
        const { type, kind, details } = message
        log.debug('source lost', () => ({ kind, details }))
        return onEvent({ type, kind, error: new DeviceUnpluggedError({ kind }) })
      }
      case 'failed':
        return fail(
          message.reason === 'no-h264-encoder' ? new NoH264EncoderError(message) : new EncoderFailedError(message),
        )
      case 'ended':
        lastStats = message.stats
        log.debug('ended', () => ({ reason: message.reason, ...message.stats }))
        close()
        return onEvent(message)
      case 'end': {
        const { index, durationMs, byteLength } = message
        log.debug('segment', () => ({ index, durationMs, byteLength }))
        return onEvent(message)
      }
      default:
        return onEvent(message)
    }
  }

  function fail(error: CaptureError) {
    if (isOver) return
    log.fault(error)
    close()
    if (isRunning) onEvent({ type: 'failed', error })
    else started.reject(error)
  }

  function close() {
    isOver = true
    worker.terminate()
    tracks.close()
    for (const answer of waitingStats.values()) answer(lastStats)
    waitingStats.clear()
    ended.resolve()
  }

  function stats(): Promise<CaptureStats> {
    if (isOver) return Promise.resolve(lastStats)
    const id = nextStatsId++
    const answer = new Promise<CaptureStats>((resolve) => waitingStats.set(id, resolve))
    send({ type: 'stats', id })
    return answer
  }

  function replaceStream(next: MediaStream): Promise<void> {
    replacing = replacing.then(() => replace(next)).catch(fail)
    return replacing
  }

  async function replace(next: MediaStream) {
    const opened = await open(next)
    if (isOver) return opened.close()
    send({ type: 'replace', sources: opened.sources }, opened.transfer)
    // The worker handles messages in their order. So when it answers, it does not read the earlier tracks any more.
    await stats()
    tracks.close()
    tracks = opened
  }

  function stop(): Promise<void> {
    if (!isOver) send({ type: 'stop' })
    return ended.promise
  }

  function send(message: ToWorker, transfer: Transferable[] = []) {
    worker.postMessage(message, transfer)
  }
}

const NO_STATS: CaptureStats = {
  captured: 0,
  encoded: 0,
  dropped: 0,
  repeated: 0,
  encodeQueue: 0,
  encodeLatencyMs: 0,
  encodeLoad: undefined,
  fps: 0,
  fullFps: 0,
  bitrate: 0,
}

async function open(stream: MediaStream): Promise<OpenTracks> {
  try {
    return await openTracks(stream)
  } catch (cause) {
    // If the site was updated after the page was loaded, the server may not have the page's code for the audio thread any more.
    throw cause instanceof CaptureError ? cause : new WorkerFailedError({ message: String(cause) })
  }
}

/** Thrown when the encoder failed and could not be started again. */
export class EncoderFailedError extends CaptureError {
  override readonly name = 'Capture.EncoderFailedError'
  override readonly reason = 'encoder-failed'
  constructor({ details }: { details: readonly string[] }) {
    super('The video or sound encoder of this browser stopped working.', { nextStep: 'Go live again.', details })
  }
}

/** Thrown when the capture worker could not be loaded, or failed. */
export class WorkerFailedError extends CaptureError {
  override readonly name = 'Capture.WorkerFailedError'
  override readonly reason = 'worker-failed'
  constructor({ message }: { message: string | undefined }) {
    super('This page could not record the picture and the sound.', {
      nextStep: 'Reload the page and go live again.',
      details: message ? [`Cause: ${message}`] : [],
    })
  }
}
