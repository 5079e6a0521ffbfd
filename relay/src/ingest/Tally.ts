import { type Address, isAddressEqual } from 'viem'
import type { Progress } from './Progress'

type Counted = Pick<Progress, 'acknowledged' | 'orphaned' | 'acknowledgedMs' | 'refused' | 'refusal'>

/** Of segments that were acknowledged: after so many in a row, a refusal is history. */
const forgivenAfter = 5

/** What became of a stream's segments, and whose work they are. */
export class Tally {
  /** Milliseconds, by number. */
  readonly #expected = new Map<bigint, number>()
  readonly #work = new Map<Address, { segments: number; durationMs: number }>()
  #refused = 0
  #refusal: Progress['refusal']
  #acceptedInRow = 0

  /** A segment is signed and goes to whoever is assigned. */
  expect(sequenceNumber: bigint, durationMs: number): void {
    this.#expected.set(sequenceNumber, durationMs)
  }

  /** `transcoder` has spoken of a segment: of those before, nothing is expected any more. */
  settle(sequenceNumber: bigint, { accepted, transcoder }: { accepted: boolean; transcoder: Address }): void {
    const durationMs = this.#expected.get(sequenceNumber)
    for (const settled of this.#expected.keys()) if (settled <= sequenceNumber) this.#expected.delete(settled)
    if (durationMs === undefined) return
    if (!accepted) this.#refused++
    else {
      const work = this.#work.get(transcoder) ?? { segments: 0, durationMs: 0 }
      this.#work.set(transcoder, { segments: work.segments + 1, durationMs: work.durationMs + durationMs })
      if (++this.#acceptedInRow >= forgivenAfter) this.forgive()
    }
  }

  /** A transcoder has said why it does not take a segment, or any. */
  refuse(refusal: NonNullable<Progress['refusal']>): void {
    this.#refusal = refusal
    this.#acceptedInRow = 0
  }

  forgive(): void {
    this.#refusal = undefined
  }

  /** Only those who are drawn can ask to be paid for what they did. */
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
