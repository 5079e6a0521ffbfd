import type { Part, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** The payload of a segment that is sent to the transcoder. `segment` is set when the payload is complete, hashed and signed. */
export type Outgoing = {
  sequenceNumber: bigint
  startTimeMs: bigint
  /** The chunks of the payload, and the signed parts. Each part comes after its bytes, and after the sealed part for the same bytes. */
  items: (Uint8Array | Part.Part)[]
  /** The length of all chunks together. */
  byteLength: number
  segment: Segment.Segment | undefined
  /** In a paid stream: the salt of the encryption. */
  salt: Hex | undefined
  /** In a paid stream: the signed header of the sealed segment, when `segment` is set. */
  sealed: Segment.Segment | undefined
}

/** Keeps the newest segments that no transcoder has acknowledged yet, so that a short interruption or a handover loses no segment. */
export class Outbox {
  /**
   * Number of segments that were dropped because no transcoder acknowledged them in time. Each dropped segment is a gap in the
   * stream.
   */
  dropped = 0
  readonly #limit: number
  readonly #segments: Outgoing[] = []
  #wake: (() => void)[] = []

  /**
   * `limit`: the largest number of segments to keep, including the segment that is being recorded. 15 segments are half a minute.
   */
  constructor(limit = 15) {
    this.#limit = limit
  }

  get first(): Outgoing | undefined {
    return this.#segments[0]
  }

  get size(): number {
    return this.#segments.length
  }

  /** The oldest kept segment at or after `sequenceNumber`. */
  next(sequenceNumber: bigint): Outgoing | undefined {
    return this.#segments.find((outgoing) => outgoing.sequenceNumber >= sequenceNumber)
  }

  begin(sequenceNumber: bigint, startTimeMs: bigint, salt?: Hex): Outgoing {
    const empty = { items: [], byteLength: 0, segment: undefined, sealed: undefined }
    const outgoing = { sequenceNumber, startTimeMs, salt, ...empty }
    this.#segments.push(outgoing)
    while (this.#segments.length > this.#limit) {
      this.#segments.shift()
      this.dropped++
    }
    this.#changed()
    return outgoing
  }

  append(outgoing: Outgoing, chunk: Uint8Array): void {
    outgoing.items.push(chunk)
    outgoing.byteLength += chunk.length
    this.#changed()
  }

  addPart(outgoing: Outgoing, part: Part.Part): void {
    outgoing.items.push(part)
    this.#changed()
  }

  end(outgoing: Outgoing, segment: Segment.Segment, sealed?: Segment.Segment): void {
    outgoing.sealed = sealed
    outgoing.segment = segment
    this.#changed()
  }

  has(outgoing: Outgoing): boolean {
    return this.#segments.includes(outgoing)
  }

  /** Removes all segments up to and including `sequenceNumber`. */
  settle(sequenceNumber: bigint): void {
    while (this.first && this.first.sequenceNumber <= sequenceNumber) this.#segments.shift()
    this.#changed()
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #changed() {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}
