import { Sequence } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Place } from '../SegmentStore'
import { SegmentPieces } from './SegmentPieces'

/** One minute of segments of 2 s: enough for viewers that are behind, and for new viewers. */
const maxSegments = 30
/** A stream with eight renditions has nine levels. The other three places are for levels from before a handover. */
const maxLevels = 12
/** 60 s of two levels at 4 Mbit/s each. */
const defaultMaxBytes = 64 * 1024 * 1024

/** The newest segments of each level (source or rendition), complete or not. */
export class PieceStore {
  /** The keys are StreamIds. Segments are in ascending order of sequence number. */
  readonly #levels = new Map<Hex, SegmentPieces[]>()
  readonly #maxBytes: number
  #kept: ReadonlySet<Hex> = new Set()

  constructor({ maxBytes = defaultMaxBytes }: { maxBytes?: number | undefined } = {}) {
    this.#maxBytes = maxBytes
  }

  get levels(): Hex[] {
    return [...this.#levels.keys()]
  }

  /** The segments of a level, in ascending order of sequence number. */
  of(streamId: Hex): readonly SegmentPieces[] {
    return this.#levels.get(streamId) ?? []
  }

  get({ streamId, sequenceNumber }: Place): SegmentPieces | undefined {
    return this.of(streamId).find(({ place }) => place.sequenceNumber === sequenceNumber)
  }

  /** Whether the store has the segment, or `open` would add it. */
  takes(place: Place): boolean {
    const { sequenceNumber } = place
    const segments = this.of(place.streamId)
    const [first, last] = [segments[0]?.place.sequenceNumber, segments.at(-1)?.place.sequenceNumber]
    if (first === undefined || last === undefined || this.get(place)) return true
    return sequenceNumber <= last + Sequence.maxAhead && (sequenceNumber >= first || segments.length < maxSegments)
  }

  /**
   * The segment. If it is not in the store, adds it, and drops the oldest segment of a level with too many segments. `undefined`: the
   * sequence number is too far ahead of the newest segment, or the level is full and all its segments are newer. Call this only for a
   * segment with a checked header: otherwise false sequence numbers could push out the other segments.
   */
  open(place: Place): SegmentPieces | undefined {
    const known = this.get(place)
    if (known) return known
    if (!this.takes(place)) return undefined
    const segments = this.#levels.get(place.streamId) ?? []
    const { sequenceNumber } = place
    const added = new SegmentPieces(place)
    const position = segments.findIndex(({ place }) => place.sequenceNumber > sequenceNumber)
    segments.splice(position < 0 ? segments.length : position, 0, added)
    if (segments.length > maxSegments) segments.shift()
    this.#levels.set(place.streamId, segments)
    this.#dropLevels()
    return added
  }

  /** Opens a segment that is too far ahead for `open`, for a header from a source that we trust. Drops the older segments of the level. */
  reopen(place: Place): SegmentPieces | undefined {
    const last = this.of(place.streamId).at(-1)
    if (!last || place.sequenceNumber <= last.place.sequenceNumber) return undefined
    this.#levels.delete(place.streamId)
    return this.open(place)
  }

  /** Sets the levels that are followed. If there are too many levels, the store drops only other levels. */
  keep(streamIds: ReadonlySet<Hex>): void {
    this.#kept = streamIds
  }

  /** Drops the oldest segments of the largest level until all segments need at most `maxBytes`. Keeps the newest segment of this level. */
  trim(): void {
    while (this.#byteLength > this.#maxBytes) {
      const largest = [...this.#levels.values()].reduce((a, b) => (sumOf(a) >= sumOf(b) ? a : b))
      if (largest.length <= 1) return
      largest.shift()
    }
  }

  get #byteLength(): number {
    return [...this.#levels.values()].reduce((sum, segments) => sum + sumOf(segments), 0)
  }

  #dropLevels(): void {
    for (const streamId of this.#levels.keys()) {
      if (this.#levels.size <= maxLevels) return
      if (!this.#kept.has(streamId)) this.#levels.delete(streamId)
    }
  }
}

const sumOf = (segments: readonly SegmentPieces[]): number =>
  segments.reduce((sum, { byteLength }) => sum + byteLength, 0)
