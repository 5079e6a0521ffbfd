import type { Hex } from 'viem'
import type { Place } from './SegmentStore'
import type { ShareMessage } from './shareMessages'
import { maxHaveSpan } from './shareMessages'

/** More levels than a stream has, handovers included: whoever names more pushes out his first. */
const maxLevels = 16
/** Whoever holds none of so many newest segments is not watching that level now. */
const followSpan = 4n

/** What a peer says that it holds. Its word: only the payload shows whether it is true. */
export class Holdings {
  readonly #levels = new Map<Hex, Set<bigint>>()

  hear({ streamId, isWhole, sequenceNumbers }: Omit<ShareMessage & { type: 'have' }, 'type'>): void {
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

  /** It was said, and is not so. */
  remove({ streamId, sequenceNumber }: Place): void {
    this.#levels.get(streamId)?.delete(sequenceNumber)
  }

  /** Whether the peer had one of the segments just before this one: then it wants this one too. */
  isFollowing({ streamId, sequenceNumber }: Place): boolean {
    for (let back = 0n; back <= followSpan; back++)
      if (this.has({ streamId, sequenceNumber: sequenceNumber - back })) return true
    return false
  }
}
