import type { Entry } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import type { TimeShift } from './LivePause'
import { noPicture, type Picture } from './picture'

/** The state of the video on screen. The state of the stream is in `Snapshot`. */
export type Playing = Picture & {
  /** Name of the level on screen. */
  level: string | undefined
  /** The time from camera to screen. Undefined while it is not known. */
  latencyMs: number | undefined
  timeShift: TimeShift
  /** The person has sought back, and the player plays segments that the relay has stored (`PastPlayer`). */
  isPast: boolean
  /** The person has sought, so a player begins again. The stream is known. */
  isSought: boolean
  /** The video element fetches the stream itself, so this page cannot check the segments. */
  isUnverified: boolean
  /** The reason why the player cannot play the stream. */
  problem: Problem | undefined
}

export const notPlaying: Playing = {
  ...noPicture,
  ...{
    level: undefined,
    latencyMs: undefined,
    isPast: false,
    isSought: false,
    isUnverified: false,
    problem: undefined,
  },
  timeShift: 'none',
}

/** A player of one stream on one video element: `HlsPlayer` at the live edge, `PastPlayer` behind it. */
export type StreamPlayer = {
  /** The capture time of the picture on screen, by the broadcaster's clock. */
  readonly timeMs: number | undefined
  /** Plays one level. With `auto`, hls.js chooses the level by the bandwidth. */
  choose(level: string): void
  /** The segments of a level that the player knows, oldest first. */
  entries(level: string): readonly Entry[]
  /** Moves the picture to a capture time. Returns false, and does nothing, if the player does not have this moment. */
  seek(timeMs: number): boolean
  close(): void
}
