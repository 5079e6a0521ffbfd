import { isBreak } from '../records/isBreak'
import * as Feed from './Feed'
import type { Past } from './Past'
import type { Entry } from './SegmentWindow'

/** The number of segments in one request: half a minute. */
const atOnce = 16
/** The number of segments of a level that are kept in memory: an hour. A person who seeks further back begins a new list. */
const maxKept = 1_800

/** The past segments of all levels that a player needs, from one moment on. The lists grow while the player plays. */
export class PastSegments {
  readonly #past: Pick<Past, 'entries' | 'feed'>
  readonly #sinceMs: number
  readonly #levels = new Map<string, readonly Entry[]>()
  /** The lists grow with the segments of one feed. After a handover, they continue with the segments of the next feed. */
  #feed: Feed.Feed | undefined
  #breaks: readonly bigint[] = []

  constructor(past: Pick<Past, 'entries' | 'feed'>, sinceMs: number) {
    this.#past = past
    this.#sinceMs = sinceMs
  }

  /** Sequence numbers at which a new timeline begins, ascending. There is one list for all levels, as in `Timeline` of the relay. */
  get breaks(): readonly bigint[] {
    return this.#breaks
  }

  /** The known segments of a level, oldest first. Sequence numbers may be missing. */
  entries(level: string): readonly Entry[] {
    return this.#levels.get(level) ?? []
  }

  /** A known segment of a level. */
  find(level: string, sequenceNumber: bigint): Entry | undefined {
    return this.entries(level).find(({ publication }) => publication.sequenceNumber === sequenceNumber)
  }

  /**
   * Gets the next segments of a level. The list of a level that was not played until now begins with the segment of `shownMs`, the capture
   * time of the picture on screen. Resolves to whether there are new segments. Throws the errors of `Past.entries`.
   */
  async more(level: string, options: { shownMs?: number | undefined; signal: AbortSignal }): Promise<boolean> {
    const { shownMs = 0, signal } = options
    const newest = this.entries(level).at(-1)?.publication
    // This level was played some time ago.
    if (newest && Number(newest.startTimeMs) + newest.durationMs < shownMs) this.#levels.delete(level)
    const last = this.#last(level)
    const from = last === undefined ? { sinceMs: Math.max(this.#sinceMs, shownMs) } : { after: last }
    this.#feed ??= this.#past.feed
    const feed = this.#feed
    const found = await this.#past.entries(level, { from, limit: atOnce, feed, signal }).catch((error: unknown) => {
      if (feed === this.#past.feed) throw error
      return []
    })
    // Another call may have got the same segments meanwhile.
    const fresh = found.filter(({ publication }) => publication.sequenceNumber > (this.#last(level) ?? -1n))
    if (fresh.length === 0 && feed !== this.#past.feed) {
      this.#feed = this.#past.feed
      return this.more(level, options)
    }
    const entries = [...this.entries(level), ...fresh]
    this.#note(entries.slice(-fresh.length - 1))
    this.#levels.set(level, entries.slice(-maxKept))
    return fresh.length > 0
  }

  #last(level: string): bigint | undefined {
    return this.entries(level).at(-1)?.publication.sequenceNumber
  }

  #note(entries: readonly Entry[]): void {
    const breaks = entries.flatMap(({ publication, feed }, index) => {
      const before = entries[index - 1]
      const isNew = before && (isBreak(before.publication, publication) || !Feed.isSame(before.feed, feed))
      return isNew ? [publication.sequenceNumber] : []
    })
    this.#breaks = [...new Set([...this.#breaks, ...breaks])].sort((a, b) => (a < b ? -1 : 1))
  }
}
