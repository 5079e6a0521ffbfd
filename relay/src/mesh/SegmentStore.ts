import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { maxHaveSpan } from './shareMessages'

/** A segment whose payload was checked against its signed header. */
export type Held = { readonly segment: Segment.Segment; readonly data: Uint8Array }

/** Which segment of which level, source or rendition. */
export type Place = { streamId: Hex; sequenceNumber: bigint }

/** Checked segments for others to have, the oldest arrivals forgotten first. */
export class SegmentStore {
  readonly #maxBytes: number
  /** In order of arrival, by `keyOf`. */
  readonly #held = new Map<string, Held>()
  #bytes = 0

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
  }

  /** Of payloads. */
  get byteLength(): number {
    return this.#bytes
  }

  get(place: Place): Held | undefined {
    return this.#held.get(keyOf(place))
  }

  /**
   * Keeps a copy: the player may do with its own as it likes. Twice is harmless. Returns the levels that lost a segment
   * to make room. Throws `TooLargeError`.
   */
  put({ segment, data }: Held): Set<Hex> {
    const losers = new Set<Hex>()
    if (data.length > this.#maxBytes) throw new TooLargeError({ bytes: data.length, maxBytes: this.#maxBytes })
    const key = keyOf(segment)
    if (this.#held.has(key)) return losers
    this.#bytes += data.length
    for (const [oldest, { segment, data }] of this.#held) {
      if (this.#bytes <= this.#maxBytes) break
      this.#held.delete(oldest)
      this.#bytes -= data.length
      losers.add(segment.streamId)
    }
    this.#held.set(key, { segment, data: data.slice() })
    return losers
  }

  get levels(): Set<Hex> {
    return new Set([...this.#held.values()].map(({ segment }) => segment.streamId))
  }

  /** Ascending, and near enough to the newest to be said in one HAVE. */
  sequenceNumbers(level: Hex): bigint[] {
    const numbers = [...this.#held.values()].flatMap(({ segment }) =>
      segment.streamId === level ? [segment.sequenceNumber] : [],
    )
    numbers.sort((a, b) => (a < b ? -1 : 1))
    const newest = numbers.at(-1) ?? 0n
    return numbers.filter((number) => newest - number < maxHaveSpan)
  }
}

export const keyOf = ({ streamId, sequenceNumber }: Place): string => `${streamId}/${sequenceNumber}`

export class TooLargeError extends ProtocolError {
  override readonly name = 'SegmentStore.TooLargeError'
  constructor({ bytes, maxBytes }: { bytes: number; maxBytes: number }) {
    super('The segment is larger than all that is kept.', { details: [`Bytes: ${bytes}`, `Kept: ${maxBytes}`] })
  }
}
