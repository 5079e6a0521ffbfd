import { Part } from '@lp/contracts/protocol'
import { keyOf, type Place } from '../SegmentStore'
import { endOf } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'

/** A neighbour said that it holds those bytes of a piece that are among the first `length` bytes of the segment. */
export type Hold = { readonly length: number; readonly sinceMs: number }

/** For each piece of one prefix: the time when the neighbour said that it holds the piece. `Infinity`: it has not said so. */
type Prefix = { readonly length: number; sinceMs: Float64Array }

/**
 * A neighbour holds at most one minute of at most four levels. If its statements name more segments, we drop the statements about the
 * oldest segment.
 */
const maxSegments = 128
/** A segment has at most this many signed prefixes: one for each part, and the whole segment. */
const maxPrefixes = Part.maxPerSegment + 1
/**
 * The largest number of pieces in the statements of one neighbour. A piece counts once for each prefix that contains it. These statements
 * need 256 KiB of memory. Half a minute of two levels at 8 Mbit/s each, with parts of 400 ms, needs about a third of this number.
 */
export const maxStatements = 32_768

/**
 * Pieces that a neighbour holds: by its own statements, which prove nothing, or because it sent the pieces to us, or because we sent them
 * to it.
 */
export class Holds {
  readonly #segments = new Map<string, Prefix[]>()
  #size = 0

  /** The number of pieces for which memory is allocated. */
  get size(): number {
    return this.#size
  }

  add(place: Place, { length, pieces, nowMs }: { length: number; pieces: readonly number[]; nowMs: number }): void {
    const sinceMs = this.#of(place, length, Math.max(...pieces) + 1)
    for (const piece of pieces)
      if (endOf(piece, length) > 0) sinceMs[piece] = Math.min(nowMs, sinceMs[piece] ?? Number.POSITIVE_INFINITY)
  }

  /**
   * Of the statements about prefixes that we can check: the statement that covers the largest number of bytes of the piece. `undefined`: no
   * such statement covers bytes after `offset`.
   */
  best(segment: SegmentPieces, index: number, offset: number): Hold | undefined {
    let best: Hold | undefined
    for (const { length, sinceMs } of this.#segments.get(keyOf(segment.place)) ?? []) {
      const end = endOf(index, length)
      if (
        isHeld(sinceMs, index) &&
        end > Math.max(offset, best ? endOf(index, best.length) : 0) &&
        segment.canCheck(length)
      )
        best = { length, sinceMs: sinceMs[index] as number }
    }
    return best
  }

  /** The number of bytes, from the start of the piece, that the statements cover. 0: there is no statement. */
  endOf(place: Place, index: number): number {
    const prefixes = this.#segments.get(keyOf(place)) ?? []
    return Math.max(0, ...prefixes.map(({ length, sinceMs }) => (isHeld(sinceMs, index) ? endOf(index, length) : 0)))
  }

  /** Removes the statements about a piece. The neighbour made them, but does not hold the piece. */
  remove(place: Place, index: number): void {
    for (const { sinceMs } of this.#segments.get(keyOf(place)) ?? [])
      if (index < sinceMs.length) sinceMs[index] = Number.POSITIVE_INFINITY
  }

  /** Removes all statements. */
  clear(): void {
    this.#segments.clear()
    this.#size = 0
  }

  /** The times of a prefix, in an array for at least `count` pieces. */
  #of(place: Place, length: number, count: number): Float64Array {
    const key = keyOf(place)
    const prefixes = this.#segments.get(key) ?? []
    this.#segments.set(key, prefixes)
    let prefix = prefixes.find((known) => known.length === length)
    if (!prefix) {
      prefix = { length, sinceMs: new Float64Array(0) }
      prefixes.push(prefix)
      if (prefixes.length > maxPrefixes) this.#size -= prefixes.shift()?.sinceMs.length ?? 0
    }
    if (count > prefix.sinceMs.length) {
      const grown = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
      grown.set(prefix.sinceMs)
      this.#size += count - prefix.sinceMs.length
      prefix.sinceMs = grown
    }
    for (const oldest of this.#segments.keys())
      if (this.#size > maxStatements || this.#segments.size > maxSegments) this.#drop(oldest)
    return prefix.sinceMs
  }

  #drop(key: string): void {
    for (const { sinceMs } of this.#segments.get(key) ?? []) this.#size -= sinceMs.length
    this.#segments.delete(key)
  }
}

const isHeld = (sinceMs: Float64Array, index: number): boolean =>
  (sinceMs[index] ?? Number.POSITIVE_INFINITY) < Number.POSITIVE_INFINITY
