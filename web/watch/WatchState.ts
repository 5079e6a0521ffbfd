import type { Problem } from '../ui/Problem'

/** Where a stream stands for its viewer. `name` is also what `data-state` of `[data-testid=watch-state]` says. */
export type WatchState =
  | { name: 'connecting' }
  | { name: 'live' }
  | { name: 'buffering' }
  | { name: 'ended' }
  | { name: 'not-found' }
  /** The job is there, its transcoder does not answer; the page keeps trying. */
  | { name: 'transcoder-offline' }
  | { name: 'failed'; problem: Problem }

/** One line of the quality menu. */
export type Level = {
  id: string
  /** In pixels. */
  height: number
  isSource: boolean
}

export type Levels = {
  /** Highest first, the source included. */
  available: readonly Level[]
  /** What the viewer chose. */
  chosen: 'auto' | Level['id']
  /** What is on the screen; undefined before the first frame. */
  playing: Level['id'] | undefined
  onChoose(chosen: 'auto' | Level['id']): void
}

/** Counters since the page was opened. */
export type WatchFigures = {
  bytesFromPeers: number
  bytesFromRelays: number
  /** Camera to screen; undefined before the first frame. */
  latencyMs: number | undefined
  stalls: number
  peers: number
}
