import type { StreamId } from '@lp/contracts/protocol'
import { isSameAssignment, type StreamRecord } from '../records/StreamRecord'

/** What was known of a source stream under each of its assignments, oldest first. */
export class History {
  readonly #records: StreamRecord[] = []

  get records(): readonly StreamRecord[] {
    return this.#records
  }

  get newest(): StreamRecord | undefined {
    return this.#records.at(-1)
  }

  /** `record` speaks of the newest assignment, or of a further one; then this returns `true`. */
  add(record: StreamRecord): boolean {
    const before = this.newest
    const isFurther = before !== undefined && !isSameAssignment(before, record)
    if (isFurther) this.#records.push(record)
    else this.replace({ ...record, source: record.source ?? before?.source })
    return isFurther
  }

  /** `record` takes the place of the newest. */
  replace(record: StreamRecord): void {
    this.#records[Math.max(0, this.#records.length - 1)] = record
  }

  /** The assignment that ended the range of this rendition; `undefined` while it goes on. */
  successorOf(rendition: StreamId.StreamId): StreamRecord | undefined {
    const index = this.#records.findLastIndex(({ renditions }) =>
      renditions.some(({ streamId }) => streamId === rendition),
    )
    return index === -1 ? undefined : this.#records[index + 1]
  }
}
