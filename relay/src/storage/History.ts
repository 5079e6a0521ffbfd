import type { StreamId } from '@lp/contracts/protocol'
import { isSameAssignment, type StreamRecord } from '../records/StreamRecord'

/** The newest record of each Assignment of a source stream. The record of the oldest Assignment comes first. */
export class History {
  readonly #records: StreamRecord[] = []

  get records(): readonly StreamRecord[] {
    return this.#records
  }

  get newest(): StreamRecord | undefined {
    return this.#records.at(-1)
  }

  /**
   * If the history has records and `record` has a new Assignment, adds `record` and returns `true`. In all other cases,
   * `record` replaces the newest record or becomes the first record, and the result is `false`.
   */
  add(record: StreamRecord): boolean {
    const before = this.newest
    const isFurther = before !== undefined && !isSameAssignment(before, record)
    if (isFurther) this.#records.push(record)
    else this.replace({ ...record, source: record.source ?? before?.source })
    return isFurther
  }

  /** Replaces the newest record with `record`. */
  replace(record: StreamRecord): void {
    this.#records[Math.max(0, this.#records.length - 1)] = record
  }

  /** The record of the Assignment that came after the Assignment of this rendition; `undefined` when no Assignment came after it. */
  successorOf(rendition: StreamId.StreamId): StreamRecord | undefined {
    const index = this.#records.findLastIndex(({ renditions }) =>
      renditions.some(({ streamId }) => streamId === rendition),
    )
    return index === -1 ? undefined : this.#records[index + 1]
  }
}
