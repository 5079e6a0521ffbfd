import type Hls from 'hls.js'
import type { Sync } from './hlsConfig'
import { spareMs } from './picture'

/**
 * Where the picture of a live stream is after a pause. `behind`: the picture goes on where the person paused it, behind the live edge.
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
  /** If the master playlist has changed during the pause, loads it again, and returns true. The player then starts at the live edge. */
  reload(): boolean
  /** Calls the listener once, when the next playlist has come. */
  oncePlaylist(listener: () => void): void
  /** Moves the picture to the live edge of the playlist. */
  seekToLive(): void
  onChange(timeShift: TimeShift): void
}

/**
 * The pause of a live stream. During the pause, the picture stands still, and the player loads nothing. After the pause, the picture goes
 * on where it was, or jumps to the live edge (`TimeShift`).
 */
export class LivePause {
  readonly #options: LivePauseOptions
  #isHeld = false
  #isBehind = false
  /** The first playlist after the pause has not come yet, so the live edge is not known. */
  #isResuming = false
  #wantsLive = false
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

  /** The latencies with which hls.js plays. A picture that is behind live because of a pause does not jump. */
  sync(usual: Sync): Sync {
    if (this.#isBehind && !this.#isHeld && !this.#isResuming && !this.#isLate(usual)) this.#reset()
    return this.#isBehind ? { ...usual, liveMaxLatencyDuration: Number.POSITIVE_INFINITY } : usual
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
    clearTimeout(this.#timer)
    this.#options.onChange('none')
    this.#options.hls.stopLoad()
  }

  #resume(): void {
    if (!this.#isHeld) return
    const { video, hls, reload, oncePlaylist, seekToLive, shownMs, oldestMs, onChange } = this.#options
    const wantsLive = this.#wantsLive
    // The picture can go on with the buffer, so the segment after the buffer must exist.
    const isGone = (shownMs() ?? Number.POSITIVE_INFINITY) + spareMs(video) < oldestMs()
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
    if (this.#isBehind && !this.#isHeld && this.#isLate(this.#options.hls.config)) this.#options.onChange('behind')
  }

  #isLate({ liveSyncDuration = 0 }: Partial<Sync>): boolean {
    const { hls, video } = this.#options
    const details = hls.latestLevelDetails
    return details !== null && details.edge + details.age - video.currentTime > liveSyncDuration + behindS
  }

  #reset(): void {
    if (this.#isBehind) this.#options.onChange('none')
    this.#isHeld = false
    this.#isBehind = false
    this.#isResuming = false
    this.#wantsLive = false
  }
}
