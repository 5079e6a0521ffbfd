import type { Problem } from '../ui/Problem'

/** The state of a stream for its viewer. `name` is also the value of `data-state` on `[data-testid=watch-state]`. */
export type WatchState =
  | { name: 'connecting' }
  /** The stream is paid, and the viewer does not pay. */
  | { name: 'locked' }
  /** The picture waits for bytes that no relay sends free of charge, and the viewer does not pay. */
  | { name: 'unpaid' }
  | { name: 'live' }
  | { name: 'buffering' }
  /** Nothing new has come for some seconds. The page continues as soon as the stream goes on. */
  | { name: 'reconnecting' }
  /** Nothing new has come for half a minute or longer. */
  | { name: 'silent' }
  | { name: 'ended' }
  | { name: 'not-found' }
  /** The link was made before the stream. The page plays as soon as the stream starts. */
  | { name: 'soon' }
  /** The job exists, but no relay serves the stream. The page tries again. */
  | { name: 'transcoder-offline' }
  | { name: 'failed'; problem: Problem }
  /** The page looks for a recording. `nobody`: no connected viewer or relay has the recording, and the page continues to look. */
  | { name: 'searching' }
  | { name: 'nobody' }
  /** A recording plays, or waits for its next bytes. */
  | { name: 'recording'; isWaiting: boolean }

/** One entry of the quality menu. */
export type Level = {
  id: string
  /** In pixels. */
  height: number
  isSource: boolean
}

export type Levels = {
  /** All levels, including the source. The highest level is first. */
  available: readonly Level[]
  /** The viewer's choice. */
  chosen: 'auto' | Level['id']
  /** The level on screen. Undefined before the first frame. */
  playing: Level['id'] | undefined
  onChoose(chosen: 'auto' | Level['id']): void
}

/** The figures under “Statistics”. The counts start when the page opens the stream. */
export type WatchFigures = {
  bytesFromPeers: number
  bytesFromRelays: number
  bytesToPeers: number
  /** The time from camera to screen. Undefined while it is not known. */
  latencyMs: number | undefined
  stalls: number
  peers: number
  /** The number of viewers that the relay knows. Undefined for a recording, and while the relay has not answered. */
  viewers?: number | undefined
  /** The part of a recording that this device has, from 0 to 1. Undefined for a live stream. */
  kept?: number
}
