import { ProtocolError, Segment, Sequence } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Publication } from '../records/Publication'
import type { Feed } from './Feed'

/** A verified segment of one level, and the feed that announced it. */
export type Entry = { publication: Publication; feed: Feed }

/** The number of newest segments that a viewer can play: half a minute. */
export const maxEntries = 16

/** The latest time that a `Date` can hold. Playlists print the start time as a date. */
const maxTimeMs = 8_640_000_000_000_000n

/**
 * The newest segments of one level, after their signatures were checked. Of two different headers with the same sequence number,
 * only the first is accepted.
 */
export class SegmentWindow {
  #entries: readonly Entry[] = []
  #acceptedAtMs = 0

  /** Oldest first. Numbers may be missing. */
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
   * Adds the next segment. `nowMs`: the time on a monotonic clock. Throws `RewrittenError`, `TimeError`,
   * `Sequence.RepeatedError`, `Sequence.TooFarAheadError`.
   */
  accept(entry: Entry, nowMs: number): void {
    const { sequenceNumber, dataHash, startTimeMs } = entry.publication
    if (startTimeMs > maxTimeMs) throw new TimeError({ sequenceNumber, startTimeMs })
    const first = this.find(sequenceNumber)?.publication.dataHash
    if (first && first !== dataHash) throw new RewrittenError({ sequenceNumber, first, received: dataHash })
    const { last } = this
    if (last !== undefined) {
      // The broadcaster may have made this many segments while we received no headers. So this many numbers may be missing.
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
  constructor({ sequenceNumber, first, received }: { sequenceNumber: bigint; first: Hex; received: Hex }) {
    super('Two different segments have the same sequence number.', {
      details: [`Sequence number: ${sequenceNumber}`, `First: ${first}`, `Now: ${received}`],
    })
  }
}

export class TimeError extends ProtocolError {
  override readonly name = 'SegmentWindow.TimeError'
  constructor({ sequenceNumber, startTimeMs }: { sequenceNumber: bigint; startTimeMs: bigint }) {
    super('The start time of the segment is too large for a date.', {
      details: [`Sequence number: ${sequenceNumber}`, `Start: ${startTimeMs} ms`],
    })
  }
}
