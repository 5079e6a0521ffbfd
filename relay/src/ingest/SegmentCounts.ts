import { type Address, isAddressEqual } from 'viem'
import type { Progress } from './Progress'

type Counted = Pick<Progress, 'acknowledged' | 'orphaned' | 'acknowledgedMs' | 'refused' | 'refusal'>

/** After this many acknowledged segments in a row, the last refusal is no longer reported. */
const clearedAfter = 5

/** Counts the acknowledged segments of each transcoder, and the refused segments of the stream. */
export class SegmentCounts {
  /** Durations in milliseconds of the complete segments that the transcoder has not answered yet, by sequence number. */
  readonly #expected = new Map<bigint, number>()
  readonly #work = new Map<Address, { segments: number; durationMs: number }>()
  #refused = 0
  #refusal: Progress['refusal']
  #acceptedInRow = 0

  /** Call this method when a segment is complete: from now on, the answer of the assigned transcoder is expected. */
  expect(sequenceNumber: bigint, durationMs: number): void {
    this.#expected.set(sequenceNumber, durationMs)
  }

  /** `transcoder` has accepted or refused a segment. An answer to an earlier segment is no longer expected. */
  settle(sequenceNumber: bigint, { accepted, transcoder }: { accepted: boolean; transcoder: Address }): void {
    const durationMs = this.#expected.get(sequenceNumber)
    for (const settled of this.#expected.keys()) if (settled <= sequenceNumber) this.#expected.delete(settled)
    if (durationMs === undefined) return
    if (!accepted) this.#refused++
    else {
      const work = this.#work.get(transcoder) ?? { segments: 0, durationMs: 0 }
      this.#work.set(transcoder, { segments: work.segments + 1, durationMs: work.durationMs + durationMs })
      if (++this.#acceptedInRow >= clearedAfter) this.clearRefusal()
    }
  }

  /** Call this method when a transcoder has refused a segment or the whole stream. */
  recordRefusal(refusal: NonNullable<Progress['refusal']>): void {
    this.#refusal = refusal
    this.#acceptedInRow = 0
  }

  clearRefusal(): void {
    this.#refusal = undefined
  }

  /** `drawn`: the transcoders that are drawn now. Only these transcoders can claim their work. */
  progress(drawn: readonly Address[]): Counted {
    const [refused, refusal] = [this.#refused, this.#refusal]
    const progress = { acknowledged: 0, orphaned: 0, acknowledgedMs: 0, refused, refusal }
    for (const [transcoder, { segments, durationMs }] of this.#work) {
      progress.acknowledged += segments
      if (drawn.some((address) => isAddressEqual(address, transcoder))) progress.acknowledgedMs += durationMs
      else progress.orphaned += segments
    }
    return progress
  }
}
