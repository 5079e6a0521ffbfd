import type { Timeline } from './Timeline'

/** The past of a live stream, for the controls of the player. */
export type LivePast = {
  /** Undefined while it is not known. */
  read(): Timeline | undefined
  /** Plays from a capture time on. */
  seek(timeMs: number): void
}

/** Moves the picture by some seconds. */
export function seekBy({ read, seek }: LivePast, seconds: number): void {
  const timeline = read()
  if (timeline) seek(timeline.shownMs + seconds * 1_000)
}
