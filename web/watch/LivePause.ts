import type Hls from 'hls.js'
import type { Sync } from './hlsConfig'
import { isBuffered, spareMs } from './picture'

/**
 * Where the picture of a live stream is. `behind`: the picture is behind the live edge, because the person has paused it or has sought back.
 * `jumped`: the player jumped to the live edge some seconds ago, because the next segment of the picture no longer existed, or because the
 * player had to load the stream again. `none`: neither of the two.
 */
export type TimeShift = 'none' | 'behind' | 'jumped'

/** A picture that is later than the usual latency by more than this, in seconds, is behind live. */
const behindS = 1.5
/** For this time the page says that the player has jumped. */
const jumpedMs = 8_000

export type LivePauseOptions = {
  video: HTMLVideoElement
  hls: Pick<Hls, 'startLoad' | 'stopLoad' | 'config' | 'latestLevelDetails'>
  signal: AbortSignal
  /** The capture time of the picture on screen. */
  shownMs(): number | undefined
  /** The capture time of the oldest segment that can still be loaded. 0: no segment is too old. */
  oldestMs(): number
  /**
   * The next segment of the paused picture, which was captured at this time, is no longer among the newest segments. Returns whether another
   * player goes on with this picture.
   */
  onGone(timeMs: number): boolean
  /** If the master playlist has changed during the pause, loads it again, and returns true. The player then starts at the live edge. */
  reload(): boolean
  /** Calls the listener once, when the next playlist has come. */
  oncePlaylist(listener: () => void): void
  /** Moves the picture to the live edge of the playlist. */
  seekToLive(): void
  onChange(timeShift: TimeShift): void
}

/**
 * The pause of a live stream, and seeking within the buffer. During the pause, the picture stands still, and the player loads nothing. After
 * the pause, the picture goes on where it was, or jumps to the live edge (`TimeShift`).
 */
export class LivePause {
  readonly #options: LivePauseOptions
  #isHeld = false
  #isBehind = false
  /** The first playlist after the pause has not come yet, so the live edge is not known. */
  #isResuming = false
  #wantsLive = false
  /** The latency at which the person plays, in seconds. Undefined while the picture is not behind, and before it is measured. */
  #keptS: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LivePauseOptions) {
    this.#options = options
    const { video, signal } = options
    // At the end of the stream, the video element fires `pause` too.
    video.addEventListener('pause', () => video.ended || this.#hold(), { signal })
    video.addEventListener('play', () => this.#resume(), { signal })
    // The player has removed the picture, and starts again at the live edge.
    video.addEventListener('emptied', () => this.#reset(), { signal })
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  /** Whether the person has paused the stream, so that the player must load nothing. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** The latencies with which hls.js plays. A picture that is behind live keeps its latency: it neither jumps nor plays faster. */
  sync(usual: Sync): Sync {
    if (this.#isBehind && !this.#isHeld && !this.#isResuming && !this.#isLate(usual)) this.#reset()
    if (!this.#isBehind) return usual
    const liveSyncDuration = Math.max(usual.liveSyncDuration, this.#keptS ?? 0)
    return { liveSyncDuration, liveMaxLatencyDuration: Number.POSITIVE_INFINITY }
  }

  /** Moves the picture to a position in the buffer, in seconds. Returns false if the buffer does not have this position. */
  seek(positionS: number): boolean {
    const { video, onChange } = this.#options
    if (!isBuffered(video, positionS)) return false
    video.currentTime = positionS
    if (this.#isHeld) return true
    clearTimeout(this.#timer)
    this.#isBehind = true
    this.#keptS = this.#latencyS
    onChange('behind')
    return true
  }

  /** Moves the picture to the live edge. A paused stream plays again. */
  goToLive(): void {
    const { video, seekToLive } = this.#options
    if (!this.#isHeld) {
      this.#reset()
      seekToLive()
      return
    }
    this.#wantsLive = true
    // The browser refuses to play without a gesture of the person.
    video.play().catch(() => undefined)
  }

  #hold(): void {
    this.#isHeld = true
    this.#isBehind = true
    this.#keptS = undefined
    clearTimeout(this.#timer)
    this.#options.onChange('none')
    this.#options.hls.stopLoad()
  }

  #resume(): void {
    if (!this.#isHeld) return
    const { video, hls, reload, oncePlaylist, seekToLive, shownMs, oldestMs, onGone, onChange } = this.#options
    const wantsLive = this.#wantsLive
    // The picture can go on with the buffer, so the segment after the buffer must exist.
    const pausedMs = shownMs() ?? Number.POSITIVE_INFINITY
    const isGone = pausedMs + spareMs(video) < oldestMs()
    if (isGone && !wantsLive && onGone(pausedMs)) return
    this.#isHeld = false
    this.#wantsLive = false
    hls.startLoad()
    const isReloaded = reload()
    if (!isReloaded && !isGone && !wantsLive) {
      this.#isResuming = true
      oncePlaylist(() => this.#hear())
      return
    }
    this.#reset()
    if (!isReloaded) oncePlaylist(seekToLive)
    if (wantsLive) return
    onChange('jumped')
    this.#timer = setTimeout(() => onChange('none'), jumpedMs)
  }

  #hear(): void {
    this.#isResuming = false
    if (!this.#isBehind || this.#isHeld || !this.#isLate(this.#options.hls.config)) return
    this.#keptS = this.#latencyS
    this.#options.onChange('behind')
  }

  #isLate({ liveSyncDuration = 0 }: Partial<Sync>): boolean {
    return (this.#latencyS ?? 0) > liveSyncDuration + behindS
  }

  /** As hls.js measures it, in seconds. Undefined before the first playlist. */
  get #latencyS(): number | undefined {
    const { hls, video } = this.#options
    const details = hls.latestLevelDetails
    return details ? details.edge + details.age - video.currentTime : undefined
  }

  #reset(): void {
    if (this.#isBehind) this.#options.onChange('none')
    this.#isHeld = false
    this.#isBehind = false
    this.#keptS = undefined
    this.#isResuming = false
    this.#wantsLive = false
  }
}
