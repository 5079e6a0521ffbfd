import type { Hex } from 'viem'
import type { Place } from './SegmentStore'
import type { ShareMessage } from './shareMessages'
import { maxHaveSpan } from './shareMessages'

/**
 * The largest number of levels (source and renditions) that we record for one peer. A stream has fewer levels, even after some handovers.
 * If a peer names more levels, we remove the level that it has not named for the longest time.
 */
const maxLevels = 16
const followSpan = 4n

/** The segments that a peer holds, according to its HAVE messages. These prove nothing: only a payload that the peer sends is a proof. */
export class Holdings {
  readonly #levels = new Map<Hex, Set<bigint>>()

  /** Adds the sequence numbers of a HAVE to its level. A HAVE with `isWhole` replaces all sequence numbers of its level. */
  update({ streamId, isWhole, sequenceNumbers }: Omit<ShareMessage & { type: 'have' }, 'type'>): void {
    const known = isWhole ? [] : (this.#levels.get(streamId) ?? [])
    const all = [...new Set([...known, ...sequenceNumbers])].sort((a, b) => (a < b ? -1 : 1))
    this.#levels.delete(streamId)
    if (all.length > 0) this.#levels.set(streamId, new Set(all.slice(-maxHaveSpan)))
    for (const oldest of this.#levels.keys()) {
      if (this.#levels.size <= maxLevels) break
      this.#levels.delete(oldest)
    }
  }

  has({ streamId, sequenceNumber }: Place): boolean {
    return this.#levels.get(streamId)?.has(sequenceNumber) ?? false
  }

  /** Call this method when the peer has rejected a request for this segment as `missing`. */
  remove({ streamId, sequenceNumber }: Place): void {
    this.#levels.get(streamId)?.delete(sequenceNumber)
  }

  /**
   * Whether the peer watches this level now. We assume this if the peer holds this segment or one of the four segments before it.
   */
  isFollowing({ streamId, sequenceNumber }: Place): boolean {
    for (let back = 0n; back <= followSpan; back++)
      if (this.has({ streamId, sequenceNumber: sequenceNumber - back })) return true
    return false
  }
}
