import type { StreamId } from '@lp/contracts/protocol'
import { isSameAssignment, type StreamRecord } from '../records/StreamRecord'

/** The records of a source stream: the last one of each assignment, oldest first. */
export class History {
  readonly #records: StreamRecord[] = []

  get records(): readonly StreamRecord[] {
    return this.#records
  }

  get newest(): StreamRecord | undefined {
    return this.#records.at(-1)
  }

  /** Adds the record of a further assignment, and returns `true`; or replaces the record of the newest assignment. */
  add(record: StreamRecord): boolean {
    const before = this.newest
    const isFurther = before !== undefined && !isSameAssignment(before, record)
    if (isFurther) this.#records.push(record)
    else this.replace({ ...record, source: record.source ?? before?.source })
    return isFurther
  }

  /** Puts `record` in the place of the newest record. */
  replace(record: StreamRecord): void {
    this.#records[Math.max(0, this.#records.length - 1)] = record
  }

  /** The record of the assignment that ended the range of this rendition; `undefined` while the range goes on. */
  successorOf(rendition: StreamId.StreamId): StreamRecord | undefined {
    const index = this.#records.findLastIndex(({ renditions }) =>
      renditions.some(({ streamId }) => streamId === rendition),
    )
    return index === -1 ? undefined : this.#records[index + 1]
  }
}
