import { keyOf, type Place } from '../SegmentStore'
import { endOf } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'

/** The statement of a neighbour: it holds a piece up to the end of the prefix of `length` bytes. */
export type Hold = { readonly length: number; readonly sinceMs: number }

/** A neighbour holds a minute of four levels at most. When there are more segments, the oldest statements are dropped. */
const maxSegments = 128
/** A piece grows with each part that ends in it. The oldest statements about one piece are dropped. */
const maxHoldsOfPiece = 4

/** What a neighbour says that it holds. Only a piece that the neighbour sends proves the statement. */
export class Holds {
  readonly #segments = new Map<string, Map<number, readonly Hold[]>>()

  add(place: Place, { length, pieces, nowMs }: { length: number; pieces: readonly number[]; nowMs: number }): void {
    const held = this.#of(place)
    for (const piece of pieces) {
      if (endOf(piece, length) === 0) continue
      const known = held.get(piece) ?? []
      if (known.some((hold) => hold.length === length)) continue
      held.set(piece, [...known, { length, sinceMs: nowMs }].slice(-maxHoldsOfPiece))
    }
  }

  /** The statement that gives us the most bytes of the piece after byte `offset`, among the statements that we can check. */
  best(segment: SegmentPieces, index: number, offset: number): Hold | undefined {
    let best: Hold | undefined
    for (const hold of this.#segments.get(keyOf(segment.place))?.get(index) ?? []) {
      const end = endOf(index, hold.length)
      if (end > Math.max(offset, best ? endOf(index, best.length) : 0) && segment.canCheck(hold.length)) best = hold
    }
    return best
  }

  /** Up to which byte of the piece the neighbour holds it. */
  endOf(place: Place, index: number): number {
    const holds = this.#segments.get(keyOf(place))?.get(index) ?? []
    return Math.max(0, ...holds.map(({ length }) => endOf(index, length)))
  }

  /** The neighbour does not hold the piece, although it said so. */
  remove(place: Place, index: number): void {
    this.#segments.get(keyOf(place))?.delete(index)
  }

  #of(place: Place): Map<number, readonly Hold[]> {
    const key = keyOf(place)
    const known = this.#segments.get(key)
    if (known) return known
    const added = new Map<number, readonly Hold[]>()
    this.#segments.set(key, added)
    const [oldest] = this.#segments.keys()
    if (oldest !== undefined && this.#segments.size > maxSegments) this.#segments.delete(oldest)
    return added
  }
}
