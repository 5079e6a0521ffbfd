import { keyOf, type Place } from '../SegmentStore'
import { endOf } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'

/** A neighbour said that it holds those bytes of a piece that are among the first `length` bytes of the segment. */
export type Hold = { readonly length: number; readonly sinceMs: number }

/** A neighbour holds at most one minute of at most four levels. If there are more segments, the statements about the oldest segment are dropped. */
const maxSegments = 128
/** A piece grows with each part that ends in it. If there are more statements about one piece, the oldest is dropped. */
const maxHoldsOfPiece = 4

/** The pieces of one neighbour: the pieces that it says it holds (not proven until it sends them), or the pieces that we sent to it. */
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

  /** Of the statements whose bytes we can check, the one that reaches furthest into the piece. `undefined`: none reaches beyond byte `offset`. */
  best(segment: SegmentPieces, index: number, offset: number): Hold | undefined {
    let best: Hold | undefined
    for (const hold of this.#segments.get(keyOf(segment.place))?.get(index) ?? []) {
      const end = endOf(index, hold.length)
      if (end > Math.max(offset, best ? endOf(index, best.length) : 0) && segment.canCheck(hold.length)) best = hold
    }
    return best
  }

  /** The number of bytes, from the start of the piece, that the statements cover. 0: there is no statement. */
  endOf(place: Place, index: number): number {
    const holds = this.#segments.get(keyOf(place))?.get(index) ?? []
    return Math.max(0, ...holds.map(({ length }) => endOf(index, length)))
  }

  /** Removes all statements. */
  clear(): void {
    this.#segments.clear()
  }

  /** Removes the statements about a piece. The neighbour made them, but does not hold the piece. */
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
