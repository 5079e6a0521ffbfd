import * as Feed from './Feed'
import { SegmentWindow } from './SegmentWindow'

/** The windows of all levels, and the level that the player has selected. */
export class LevelWindows {
  selected = Feed.sourceName
  /** Whether the window of the selected level is up to date. */
  isFresh = false
  readonly #windows = new Map<string, SegmentWindow>()
  #selecting = new AbortController()

  /** Aborts when another level is selected. */
  get untilSelected(): AbortSignal {
    return this.#selecting.signal
  }

  window(name: string): SegmentWindow {
    const window = this.#windows.get(name) ?? new SegmentWindow()
    this.#windows.set(name, window)
    return window
  }

  /** The highest sequence number that is known in any level, also of an open segment. -1: none is known. */
  get newest(): bigint {
    const numbers = [...this.#windows.values()].map(({ last, open }) => open?.parts[0].sequenceNumber ?? last ?? -1n)
    return numbers.reduce((newest: bigint, number: bigint) => (number > newest ? number : newest), -1n)
  }

  select(name: string): void {
    if (name === this.selected) return
    this.selected = name
    this.isFresh = false
    this.#selecting.abort()
    this.#selecting = new AbortController()
  }

  /** Whether the window of this level is up to date and has a segment. */
  isReady(name: string): boolean {
    return this.isFresh && this.selected === name && this.window(name).last !== undefined
  }

  /** Whether the source is more than two segments ahead of this level. */
  isBehind(name: string): boolean {
    const source = this.window(Feed.sourceName).last ?? 0n
    return source > (this.window(name).last ?? 0n) + 2n
  }
}
