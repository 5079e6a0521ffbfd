import { ProtocolError, Segment, Sequence } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Publication } from '../records/Publication'
import type { Feed } from './Feed'

/** A verified segment of one level, and the feed that it came by. */
export type Entry = { publication: Publication; feed: Feed }

/** How many segments a viewer can go back: half a minute. */
export const maxEntries = 16

/** `Date` knows no later instant, and playlists print this one as a date. */
const maxTimeMs = 8_640_000_000_000_000n

/**
 * The newest segments of one level, oldest first, after their signatures were checked. The first header under a number
 * stands: a level never changes its past.
 */
export class SegmentWindow {
  #entries: readonly Entry[] = []
  #acceptedAtMs = 0

  /** Oldest first; numbers may be missing. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  get last(): bigint | undefined {
    return this.#entries.at(-1)?.publication.sequenceNumber
  }

  find(sequenceNumber: bigint): Entry | undefined {
    return this.#entries.find(({ publication }) => publication.sequenceNumber === sequenceNumber)
  }

  /**
   * Takes the next segment. `nowMs` is any clock that never goes back. Throws `RewrittenError`, `TimeError`,
   * `Sequence.RepeatedError`, `Sequence.TooFarAheadError`.
   */
  accept(entry: Entry, nowMs: number): void {
    const { sequenceNumber, dataHash, startTimeMs } = entry.publication
    if (startTimeMs > maxTimeMs) throw new TimeError({ sequenceNumber, startTimeMs })
    const taken = this.find(sequenceNumber)?.publication.dataHash
    if (taken && taken !== dataHash) throw new RewrittenError({ sequenceNumber, taken, received: dataHash })
    const { last } = this
    if (last !== undefined) {
      // While we heard nothing the stream went on: that is no jump.
      const unheard = BigInt(Math.floor((nowMs - this.#acceptedAtMs) / Segment.targetDurationMs))
      const isJump = sequenceNumber > last + unheard
      Sequence.assertFollows({ last, next: isJump ? sequenceNumber - unheard : min(sequenceNumber, last + 1n) })
    }
    this.#entries = [...this.#entries, entry].slice(-maxEntries)
    this.#acceptedAtMs = nowMs
  }
}

const min = (left: bigint, right: bigint) => (left < right ? left : right)

export class RewrittenError extends ProtocolError {
  override readonly name = 'SegmentWindow.RewrittenError'
  constructor({ sequenceNumber, taken, received }: { sequenceNumber: bigint; taken: Hex; received: Hex }) {
    super('Two different segments carry one sequence number.', {
      details: [`Sequence number: ${sequenceNumber}`, `First: ${taken}`, `Now: ${received}`],
    })
  }
}

export class TimeError extends ProtocolError {
  override readonly name = 'SegmentWindow.TimeError'
  constructor({ sequenceNumber, startTimeMs }: { sequenceNumber: bigint; startTimeMs: bigint }) {
    super('The segment starts at no time that a calendar knows.', {
      details: [`Sequence number: ${sequenceNumber}`, `Start: ${startTimeMs} ms`],
    })
  }
}
