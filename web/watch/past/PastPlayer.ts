import type Hls from 'hls.js'
import type { ErrorData } from 'hls.js'
import { PastSegments, sourceName, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { hlsConfigFor } from '../hlsConfig'
import { levelOf, masterUrl } from '../hlsLoader'
import { fetchHls, problems } from '../hlsPlayer'
import { Latency } from '../Latency'
import { notPlaying, type Playing, type StreamPlayer } from '../Playing'
import { observePicture } from '../picture'
import { createPastLoader } from './pastLoader'
import { positionOf } from './positionOf'

const log = logOf('watch')

/** The list of segments begins this long before the picture, so that a person can seek back by some seconds without a new list. */
const marginMs = 30_000
const latencyEveryMs = 1_000
/** After more media errors than this, the player gives up. */
const maxRepairs = 3
const reopenAfterMs = 1_000

/** hls.js must neither jump to the end of the playlist nor play faster to come nearer to it. */
const config = {
  ...{ lowLatencyMode: false, maxLiveSyncPlaybackRate: 1, liveMaxLatencyDuration: Number.POSITIVE_INFINITY },
  ...{ backBufferLength: 60, maxBufferLength: 20, maxMaxBufferLength: 30 },
}

export type PastPlayerOptions = {
  viewer: Viewer
  video: HTMLVideoElement
  /** The capture time at which the player starts. */
  fromMs: number
  /** See `StreamPlayer.choose`. */
  chosen: string
  onChange(playing: Playing): void
  /** The relay has no past segments any more. */
  onNothing(): void
  /** The segments after this moment cannot be loaded. */
  onLost(timeMs: number): void
}

/**
 * Plays the past of a live stream on a video element: verified segments that the relay still holds. The picture stays as far behind live as
 * the person has chosen.
 */
export class PastPlayer implements StreamPlayer {
  readonly #options: PastPlayerOptions
  readonly #segments: PastSegments
  readonly #closing = new AbortController()
  readonly #latency = new Latency()
  #playing: Playing = { ...notPlaying, isPast: true, timeShift: 'behind' }
  #hls: Hls | undefined
  #chosen: string
  #repairs = 0
  #latencyToldMs = Number.NEGATIVE_INFINITY

  constructor(options: PastPlayerOptions) {
    this.#options = options
    this.#chosen = options.chosen
    this.#segments = new PastSegments(options.viewer.past, options.fromMs - marginMs)
    const { viewer, video, onChange, onNothing } = options
    const { signal } = this.#closing
    observePicture(video, { signal, onChange: (picture) => this.#tell(picture) })
    video.addEventListener('timeupdate', () => this.#tellLatency(), { signal })
    this.#latency.follow(viewer, signal)
    onChange(this.#playing)
    this.#open().catch((error: Error) => {
      if (signal.aborted) return
      log.fault(error)
      onNothing()
    })
  }

  close(): void {
    this.#closing.abort()
    this.#hls?.destroy()
  }

  get timeMs(): number {
    return this.#hls?.playingDate?.getTime() ?? this.#options.fromMs
  }

  choose(level: string): void {
    this.#chosen = level
    const hls = this.#hls
    const index = hls && level !== 'auto' ? hls.levels.findIndex(({ uri }) => levelOf(uri) === level) : -1
    if (hls && hls.manualLevel !== index) hls.nextLevel = index
  }

  entries(level: string) {
    return this.#segments.entries(level)
  }

  seek(timeMs: number): boolean {
    const fragments = this.#hls?.latestLevelDetails?.fragments ?? []
    for (const { programDateTime, start, duration } of fragments) {
      if (programDateTime === null || timeMs < programDateTime || timeMs >= programDateTime + duration * 1_000) continue
      this.#options.video.currentTime = start + (timeMs - programDateTime) / 1_000
      return true
    }
    return false
  }

  async #open(): Promise<void> {
    const { viewer, video, fromMs, onNothing, onLost } = this.#options
    const { signal } = this.#closing
    const level = this.#chosen === 'auto' ? sourceName : this.#chosen
    const [{ default: Hls }, hasSegments] = await Promise.all([fetchHls(), this.#segments.more(level, { signal })])
    if (signal.aborted) return
    if (!hasSegments) return onNothing()
    const startPosition = positionOf(this.#segments.entries(level), this.#segments.breaks, fromMs)
    const shownMs = () => this.#hls?.playingDate?.getTime()
    const loader = createPastLoader({ viewer, segments: this.#segments, fromMs, shownMs })
    const hls = new Hls({ ...hlsConfigFor(navigator), ...config, loader, startPosition })
    this.#hls = hls
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.choose(this.#chosen))
    hls.on(Hls.Events.LEVEL_SWITCHING, (_, { level }) => {
      // The list of a level begins again if this level was not played for some time. hls.js cannot join both lists.
      const levelInfo = hls.levels[level]
      if (levelInfo) Reflect.deleteProperty(levelInfo, 'details')
    })
    hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => {
      const uri = hls.levels[level]?.uri
      this.#tell({ level: uri && levelOf(uri) })
    })
    hls.on(Hls.Events.ERROR, (_, error) => this.#recover(hls, error, onLost))
    hls.loadSource(masterUrl)
    hls.attachMedia(video)
  }

  #recover(hls: Hls, { fatal, type, details, error }: ErrorData, onLost: (timeMs: number) => void): void {
    log.debug('hls.js reports an error', () => ({ type, details, fatal, error }))
    if (!fatal) return
    if (type === 'networkError') {
      const reopen = setTimeout(() => onLost(this.timeMs), reopenAfterMs)
      this.#closing.signal.addEventListener('abort', () => clearTimeout(reopen), { once: true })
    } else if (type === 'mediaError' && ++this.#repairs <= maxRepairs) hls.recoverMediaError()
    else {
      this.#tell({ problem: problems.undecodable })
      this.close()
    }
  }

  #tellLatency(): void {
    const nowMs = performance.now()
    if (nowMs < this.#latencyToldMs + latencyEveryMs) return
    this.#latencyToldMs = nowMs
    this.#tell({ latencyMs: this.#latency.of(this.timeMs, Date.now()) })
  }

  #tell(change: Partial<Playing>): void {
    if (this.#closing.signal.aborted) return
    this.#playing = { ...this.#playing, ...change }
    this.#options.onChange(this.#playing)
  }
}
