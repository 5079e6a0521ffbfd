import { Sequence } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Place } from '../SegmentStore'
import { SegmentPieces } from './SegmentPieces'

/** One minute of segments of 2 s: enough for viewers that are behind, and for new viewers. */
const maxSegments = 30

/** The newest segments of each level, complete or not. */
export class PieceStore {
  /** The keys are StreamIds. Segments are in ascending order of sequence number. */
  readonly #levels = new Map<Hex, SegmentPieces[]>()

  /** The segments of a level, in ascending order of sequence number. */
  of(streamId: Hex): readonly SegmentPieces[] {
    return this.#levels.get(streamId) ?? []
  }

  get({ streamId, sequenceNumber }: Place): SegmentPieces | undefined {
    return this.of(streamId).find(({ place }) => place.sequenceNumber === sequenceNumber)
  }

  /**
   * The segment, which is added if it is not in the store. When a level has too many segments, its oldest segment is dropped. `undefined`:
   * the segment is older than all kept segments, or its number is too far ahead of the newest segment. Call this only for a segment with a
   * checked header, because any other number could push out the kept segments.
   */
  open(place: Place): SegmentPieces | undefined {
    const known = this.get(place)
    if (known) return known
    const segments = this.#levels.get(place.streamId) ?? []
    const [first, last] = [segments[0]?.place.sequenceNumber, segments.at(-1)?.place.sequenceNumber]
    const { sequenceNumber } = place
    if (last !== undefined && sequenceNumber > last + Sequence.maxAhead) return undefined
    if (first !== undefined && sequenceNumber < first && segments.length >= maxSegments) return undefined
    const added = new SegmentPieces(place)
    const position = segments.findIndex(({ place }) => place.sequenceNumber > sequenceNumber)
    segments.splice(position < 0 ? segments.length : position, 0, added)
    if (segments.length > maxSegments) segments.shift()
    this.#levels.set(place.streamId, segments)
    return added
  }

  /** Drops all segments of the levels that are not in `streamIds`. */
  keepOnly(streamIds: ReadonlySet<Hex>): void {
    for (const streamId of this.#levels.keys()) if (!streamIds.has(streamId)) this.#levels.delete(streamId)
  }
}
