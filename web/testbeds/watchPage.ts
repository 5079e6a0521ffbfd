// The page of watch.test.ts. The test controls one session on one video element.
import '../substitutes'
import type { StreamId, typedData } from '@lp/contracts/protocol'
import { Hints, type Listing } from 'lp-relay'
import { sharingOf } from '../watch/SharingChoice'
import { stateOf } from '../watch/stateOf'
import { WatchSession } from '../watch/WatchSession'

export type Seen = ReturnType<WatchSession['getSnapshot']>['playing'] & {
  state: string
  refused: Record<string, number>
  bytesFromRelays: number
  currentTime: number
  videoHeight: number
  decodedFrames: number
  /** Time from the start of the session to the first moving picture. */
  startedAfterMs: number | undefined
  bufferedS: number
  /** The capture time of the picture on screen. Undefined while nobody can seek back. */
  shownMs: number | undefined
}

export type Driver = {
  start(parameters: { streamId: StreamId.StreamId; domain: typedData.Domain; listing: Listing }): void
  choose(level: string): void
  /** Resolves after the video element has fired `pause`. */
  pause(): Promise<void>
  play(): Promise<void>
  seekBy(seconds: number): void
  goToLive(): void
  look(): Seen
}

const video = document.createElement('video')
video.muted = true
video.autoplay = true
document.body.append(video)
let session: WatchSession
let startedAfterMs: number | undefined

const driver: Driver = {
  start({ listing, ...stream }) {
    const startMs = performance.now()
    const note = () => {
      startedAfterMs ??= performance.now() - startMs
    }
    video.addEventListener('playing', note, { once: true })
    session = new WatchSession({ ...stream, hints: Hints.none, directory: { find: async () => listing }, video })
    session.share(sharingOf({}, false))
  },
  choose: (level) => session.choose(level),
  pause: () =>
    new Promise((resolve) => {
      video.addEventListener('pause', () => resolve(), { once: true })
      video.pause()
    }),
  // If another player goes on with the picture, the video element begins to load again, and the promise of `play` rejects.
  play: () => video.play().catch(() => undefined),
  seekBy: (seconds) => session.seek((session.timeline?.shownMs ?? 0) + 1_000 * seconds),
  goToLive: () => session.goToLive(),
  look() {
    const { stream, playing } = session.getSnapshot()
    const { currentTime, videoHeight, buffered } = video
    return {
      ...playing,
      state: stateOf(session.getSnapshot()).name,
      refused: stream.refused,
      bytesFromRelays: stream.bytesFromRelays,
      ...{ currentTime, videoHeight, startedAfterMs },
      decodedFrames: video.getVideoPlaybackQuality().totalVideoFrames,
      shownMs: session.timeline?.shownMs,
      bufferedS: buffered.length > 0 ? buffered.end(buffered.length - 1) - currentTime : 0,
    }
  },
}

Object.assign(globalThis, { driver })
