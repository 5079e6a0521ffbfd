import type Hls from 'hls.js'
import type { ErrorData, Fragment } from 'hls.js'
import { playlists, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Problem } from '../ui/Problem'
import { ExtraLatency } from './ExtraLatency'
import { chosenExtraMs, hlsConfigFor, syncOf, usualRate } from './hlsConfig'
import { createLoader, levelOf, masterUrl } from './hlsLoader'
import { Latency } from './Latency'
import { LivePause } from './LivePause'
import { liveEdge, playNativeHls, playsHls, shownTimeMs } from './nativeHls'
import { Patience } from './Patience'
import { notPlaying, type Playing, type StreamPlayer } from './Playing'
import { pace } from './pace'
import { bufferedMs, isPlaying, observePicture, type Picture, spareMs } from './picture'
import { RoomLatency } from './RoomLatency'

const log = logOf('watch')

/** The player reports its latency at most once in this time, because each change makes the browser draw a part of the page. */
const latencyEveryMs = 1_000
/** If more media errors than this occur within `recoveryMs`, the player gives up. */
const maxRecoveries = 3
const recoveryMs = 30_000
const restartAfterMs = 1_000
/** A buffer with less than this has no more pictures: sound and picture of a segment do not end at the same time. */
const endOfBufferMs = 300
/** On a slow connection, the player changes to the best level that needs at most this share of the bandwidth, or to the lowest level. */
const useOfConnection = 0.8

export const problems = {
  unsupported: {
    sentence: 'This browser cannot play streams.',
    nextStep: 'Open the link in a current Chrome, Edge, Firefox or Safari.',
  },
  undecodable: {
    sentence: 'This browser cannot decode the stream.',
    nextStep: 'Try again, or open the link in another browser.',
  },
  unfetched: {
    sentence: 'The player could not be loaded.',
    nextStep: 'Check your connection and try again.',
  },
} satisfies Record<string, Problem>

/** Loads hls.js. `HlsPlayer` calls this function while `Viewer` still looks for the stream. */
export const fetchHls = () => import('./hls')

/**
 * Plays a stream on a video element as soon as the stream is live. hls.js plays verified segments. A browser without Media Source
 * Extensions plays the HLS of the relay, which is not verified (`nativeHls`).
 */
export class HlsPlayer implements StreamPlayer {
  readonly #viewer: Viewer
  readonly #video: HTMLVideoElement
  readonly #onChange: (playing: Playing) => void
  readonly #onGone: (timeMs: number) => boolean
  readonly #isLocked: () => boolean
  readonly #latencyS: number
  readonly #closing = new AbortController()
  #playing = notPlaying
  #hls: Hls | undefined
  #pause: LivePause | undefined
  #chosen = 'auto'
  /** The segment that hls.js loads now. Undefined after the segment is in the buffer. */
  #loading: Fragment | undefined
  /** The sequence number of the last segment that could not be loaded. */
  #refused = -1
  /**
   * The levels of the master playlist that hls.js has. If the levels change, or if an ended stream continues, hls.js gets a new master
   * playlist.
   */
  #offered = ''
  #recoveriesMs: readonly number[] = []
  readonly #extraLatency = new ExtraLatency()
  readonly #roomLatency = new RoomLatency()
  readonly #patience: Patience
  readonly #latency = new Latency()
  /** When the picture began to move. `Infinity`: it does not move now. */
  #movesSinceMs = Number.POSITIVE_INFINITY
  /** Whether the stream has parts. `undefined`: not known yet. */
  #hasParts: boolean | undefined
  #latencyToldMs = Number.NEGATIVE_INFINITY

  constructor(parameters: {
    viewer: Viewer
    video: HTMLVideoElement
    onChange(playing: Playing): void
    /** See `LivePauseOptions`. */
    onGone(timeMs: number): boolean
    /** The stream is paid, and this viewer does not buy its keys, so there is nothing to play yet. */
    isLocked(): boolean
    /** The time from camera to screen that the viewer wants, in seconds. 0: as short as possible. */
    latencyS: number
  }) {
    this.#isLocked = parameters.isLocked
    this.#viewer = parameters.viewer
    this.#video = parameters.video
    this.#onChange = parameters.onChange
    this.#onGone = parameters.onGone
    this.#latencyS = parameters.latencyS
    this.#patience = new Patience(parameters.latencyS)
    this.#viewer.bePatient(this.#patience.at(0, performance.now()))
    const { signal } = this.#closing
    observePicture(this.#video, { signal, onChange: (picture) => this.#look(picture) })
    this.#video.addEventListener('timeupdate', () => this.#tellLatency(), { signal })
    this.#latency.follow(this.#viewer, signal)
    this.#open().catch((error: Error) => {
      log.fault(error)
      this.#tell({ problem: problems.unfetched })
    })
  }

  close(): void {
    this.#closing.abort()
    this.#hls?.destroy()
  }

  /** See `StreamPlayer`. The level changes at the next segment, without a stall. */
  choose(level: string): void {
    this.#chosen = level
    // A segment begins with a key frame, so the level changes between two segments.
    if (!this.#loading) this.#applyChoice()
  }

  /** Call this method when `isLocked` has changed. */
  unlock(): void {
    if (this.#hls) this.#follow(this.#hls)
  }

  goToLive(): void {
    if (this.#pause) this.#pause.goToLive()
    else this.#seekToLive()
  }

  #seekToLive(): void {
    if (this.#hls) this.#sync(this.#hls)
    const position = this.#playing.isUnverified ? liveEdge(this.#video) : this.#hls?.liveSyncPosition
    if (position) this.#video.currentTime = position
  }

  entries(level: string) {
    return this.#viewer.entries(level)
  }

  /** Moves the picture within the buffer. */
  seek(timeMs: number): boolean {
    const shownMs = this.timeMs
    const isMoved =
      shownMs !== undefined && this.#pause?.seek(this.#video.currentTime + (timeMs - shownMs) / 1_000) === true
    if (isMoved && this.#hls) this.#sync(this.#hls)
    return isMoved
  }

  get timeMs(): number | undefined {
    return this.#playing.isUnverified ? shownTimeMs(this.#video) : this.#hls?.playingDate?.getTime()
  }

  #look(picture: Picture): void {
    const isMoving = picture.hasStarted && !picture.isWaiting
    this.#movesSinceMs = isMoving ? Math.min(this.#movesSinceMs, performance.now()) : Number.POSITIVE_INFINITY
    if (this.#hls) this.#sync(this.#hls)
    this.#tell(picture)
  }

  /** Sets the latency at which hls.js plays. */
  #sync(hls: Hls): void {
    const nowMs = performance.now()
    const roomMs = this.#roomLatency.at(this.#viewer.getSnapshot().roomSize, nowMs)
    const wantedMs = Math.max(roomMs, chosenExtraMs(this.#hasParts, this.#latencyS))
    const lateMs = this.#extraLatency.at(nowMs)
    this.#viewer.bePatient(this.#patience.at(lateMs, nowMs))
    const extraMs = wantedMs + lateMs
    const usual = syncOf(this.#hasParts, extraMs, nowMs - this.#movesSinceMs)
    Object.assign(hls.config, this.#pause?.sync(usual))
    pace(hls, this.#video, { usualRate: usualRate(navigator), isLarge: roomMs > 0 })
  }

  #applyChoice(): void {
    const hls = this.#hls
    const chosen = this.#chosen
    const level = hls && chosen !== 'auto' ? hls.levels.findIndex(({ uri }) => levelOf(uri) === chosen) : -1
    if (hls && hls.manualLevel !== level) hls.loadLevel = level
  }

  async #open(): Promise<void> {
    const { default: Hls } = await fetchHls()
    const { signal } = this.#closing
    if (signal.aborted) return
    if (!Hls.isSupported()) {
      if (!playsHls(this.#video)) return this.#tell({ problem: problems.unsupported })
      this.#tell({ isUnverified: true })
      return playNativeHls({ viewer: this.#viewer, video: this.#video, signal })
    }
    const loader = createLoader(this.#viewer, {
      spareMs: () => spareMs(this.#video),
      onNews: ({ hasParts }) => {
        this.#hasParts = hasParts
        this.#sync(hls)
      },
      onBytes: () => {
        if (isPlaying(this.#video)) this.#extraLatency.arrived(spareMs(this.#video), performance.now())
        this.#sync(hls)
      },
      onRate: (bitsPerS) => this.#slowDown(hls, bitsPerS),
    })
    const hls = new Hls({ ...hlsConfigFor(navigator), loader })
    // hls.js does not let the constructor set this option together with a loader of our own.
    hls.config.progressive = true
    this.#hls = hls
    this.#pause = new LivePause({
      ...{ video: this.#video, hls, signal },
      shownMs: () => this.timeMs,
      oldestMs: () => this.#oldestMs(),
      onGone: this.#onGone,
      reload: () => this.#reload(hls),
      oncePlaylist: (listener) => hls.once(Hls.Events.LEVEL_UPDATED, listener),
      seekToLive: () => this.#seekToLive(),
      onChange: (timeShift) => this.#tell({ timeShift }),
    })
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.#applyChoice())
    hls.on(Hls.Events.FRAG_LOADING, (_, { frag }) => {
      this.#loading = frag
    })
    hls.on(Hls.Events.FRAG_BUFFERED, (_, { frag }) => {
      if (this.#loading === frag) this.#loading = undefined
      // The correct first parts of a refused segment can be on screen already. The browser shows the same segment of another level only
      // from a key frame on. So the player goes back to the chosen level one segment later.
      if (Number(frag.sn) > this.#refused) this.#applyChoice()
    })
    hls.on(Hls.Events.LEVEL_SWITCHING, (_, { level }) => {
      // hls.js may have an old playlist of the new level. hls.js would then load the last segment of this playlist, which the viewer has
      // already seen in the previous level.
      const levelInfo = hls.levels[level]
      if (levelInfo) Reflect.deleteProperty(levelInfo, 'details')
    })
    hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => this.#crossLoss(hls, details.fragmentStart))
    hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => {
      const uri = hls.levels[level]?.uri
      log.debug('level', () => ({ level: uri && levelOf(uri) }))
      this.#tell({ level: uri && levelOf(uri) })
    })
    hls.on(Hls.Events.ERROR, (_, error) => this.#recover(hls, error))
    hls.attachMedia(this.#video)
    signal.addEventListener(
      'abort',
      this.#viewer.subscribe(() => this.#follow(hls)),
    )
    this.#follow(hls)
  }

  /**
   * Stops loading the open segment, and changes to a lower level, if the network connection is too slow for the present level. hls.js alone
   * measures only complete segments, and never stops the load of a segment in order to change to the lowest level.
   */
  #slowDown(hls: Hls, bitsPerS: number): void {
    const present = hls.levels[hls.loadLevel]
    if (!hls.autoLevelEnabled || hls.loadLevel <= 0 || !present || bitsPerS >= present.maxBitrate) return
    hls.bandwidthEstimate = bitsPerS
    const fitting = hls.levels.findLastIndex(({ maxBitrate }) => maxBitrate <= useOfConnection * bitsPerS)
    hls.nextLoadLevel = Math.max(0, fitting)
  }

  /** Loads the master playlist into hls.js if the levels have changed, or if an ended stream continues. */
  #follow(hls: Hls): void {
    // A new master playlist would remove the picture that the person has paused.
    if (this.#pause?.isHeld) return
    const { state, levels } = this.#viewer.getSnapshot()
    if (state === 'ended' || state === 'silent') this.#offered = ''
    const offer = levels.map(({ name }) => name).join()
    if (this.#isLocked() || state !== 'live' || offer === this.#offered) return
    this.#offered = offer
    hls.loadSource(masterUrl)
  }

  /**
   * Jumps over segments that do not exist, for example after the broadcaster was away. hls.js changes the level at the first missing segment.
   * If the playlist of the new level begins after the end of the buffer, hls.js finds no segment that continues the picture, and waits for
   * ever. `startS`: the start of the playlist.
   */
  #crossLoss(hls: Hls, startS: number): void {
    const isAtEnd = isPlaying(this.#video) && bufferedMs(this.#video) < endOfBufferMs
    if (isAtEnd && !this.#pause?.isHeld && this.#video.currentTime + endOfBufferMs / 1_000 < startS)
      this.#video.currentTime = Math.max(startS, hls.liveSyncPosition ?? startS)
  }

  /** Returns whether hls.js loads a new master playlist. */
  #reload(hls: Hls): boolean {
    const offered = this.#offered
    this.#follow(hls)
    return this.#offered !== '' && this.#offered !== offered
  }

  /** The capture time of the oldest segment in a full playlist. `Viewer` knows the newest segments only of the level that hls.js loads. */
  #oldestMs(): number {
    const oldest = this.#viewer
      .getSnapshot()
      .levels.map(({ name }) => this.#viewer.entries(name).at(-playlists.wholeSegments))
    return Math.max(0, ...oldest.map((entry) => Number(entry?.publication.startTimeMs ?? 0)))
  }

  #recover(hls: Hls, { fatal, type, details, error, frag }: ErrorData): void {
    log.debug('hls.js reports an error', () => ({ type, details, fatal, error }))
    if (details === 'fragLoadError' && frag) this.#refused = Number(frag.sn)
    if (!fatal) return
    if (type === 'networkError') {
      // `Viewer` decides whether the stream still exists. So the player tries again until the player is closed.
      const restart = setTimeout(() => this.#pause?.isHeld || hls.startLoad(), restartAfterMs)
      this.#closing.signal.addEventListener('abort', () => clearTimeout(restart), { once: true })
      return
    }
    const nowMs = performance.now()
    this.#recoveriesMs = [...this.#recoveriesMs.filter((ms) => nowMs - ms < recoveryMs), nowMs]
    if (type !== 'mediaError' || this.#recoveriesMs.length > maxRecoveries) {
      this.#tell({ problem: problems.undecodable })
      this.close()
      return
    }
    if (this.#recoveriesMs.length > 1) hls.swapAudioCodec()
    hls.recoverMediaError()
  }

  #tellLatency(): void {
    const nowMs = performance.now()
    if (nowMs < this.#latencyToldMs + latencyEveryMs) return
    this.#latencyToldMs = nowMs
    this.#tell({ latencyMs: this.#latency.of(this.timeMs, Date.now()) })
  }

  #tell(change: Partial<Playing>): void {
    const playing = { ...this.#playing, ...change }
    const keys = Object.keys(playing) as (keyof Playing)[]
    if (this.#closing.signal.aborted || keys.every((key) => playing[key] === this.#playing[key])) return
    this.#playing = playing
    this.#onChange(playing)
  }
}
