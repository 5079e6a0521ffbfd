import type { Hex } from 'viem'
import type { Place } from './SegmentStore'
import type { ShareMessage } from './shareMessages'
import { maxHaveSpan } from './shareMessages'

/** More levels than a stream has, handovers included. A further level replaces the oldest one. */
const maxLevels = 16
/** A peer that holds none of the last segments of a level does not watch that level now. */
const followSpan = 4n

/** The segments that a peer says it holds. Only the payload proves that a statement is true. */
export class Holdings {
  readonly #levels = new Map<Hex, Set<bigint>>()

  /** Adds the numbers of a HAVE, or replaces the level's numbers when the HAVE is whole. */
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

  /** The peer has rejected a request for this segment as missing. */
  remove({ streamId, sequenceNumber }: Place): void {
    this.#levels.get(streamId)?.delete(sequenceNumber)
  }

  /** Whether the peer holds this segment or one of the four before it. If so, the peer watches this level. */
  isFollowing({ streamId, sequenceNumber }: Place): boolean {
    for (let back = 0n; back <= followSpan; back++)
      if (this.has({ streamId, sequenceNumber: sequenceNumber - back })) return true
    return false
  }
}
