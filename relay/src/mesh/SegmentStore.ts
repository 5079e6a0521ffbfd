import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { maxHaveSpan } from './shareMessages'

/** A segment whose payload was checked against its signed header. */
export type Held = { readonly segment: Segment.Segment; readonly data: Uint8Array }

/** Names one segment of one level. `streamId`: the StreamId of the source or of a rendition. */
export type Place = { streamId: Hex; sequenceNumber: bigint }

/** Checked segments that we offer to other peers. When the store is full, it drops the segments that arrived first. */
export class SegmentStore {
  readonly #maxBytes: number
  /** In order of arrival. `keyOf` makes the keys. */
  readonly #held = new Map<string, Held>()
  #bytes = 0

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
  }

  /** The sum of the payloads' lengths. */
  get byteLength(): number {
    return this.#bytes
  }

  get(place: Place): Held | undefined {
    return this.#held.get(keyOf(place))
  }

  /**
   * Stores a copy, because the player can change the bytes. Ignores a segment that the store holds already. Returns the levels
   * that lost a segment because the store was full. Throws `TooLargeError`.
   */
  put({ segment, data }: Held): Set<Hex> {
    const shrunkLevels = new Set<Hex>()
    if (data.length > this.#maxBytes) throw new TooLargeError({ bytes: data.length, maxBytes: this.#maxBytes })
    const key = keyOf(segment)
    if (this.#held.has(key)) return shrunkLevels
    this.#bytes += data.length
    for (const [oldest, { segment, data }] of this.#held) {
      if (this.#bytes <= this.#maxBytes) break
      this.#held.delete(oldest)
      this.#bytes -= data.length
      shrunkLevels.add(segment.streamId)
    }
    this.#held.set(key, { segment, data: data.slice() })
    return shrunkLevels
  }

  get levels(): Set<Hex> {
    return new Set([...this.#held.values()].map(({ segment }) => segment.streamId))
  }

  /** The newest sequence numbers of a level, as many as fit in one HAVE, in ascending order. */
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
    super('The segment is larger than the whole store.', { details: [`Bytes: ${bytes}`, `Allowed: ${maxBytes}`] })
  }
}
