import type { StreamEnd, StreamId } from '@lp/contracts/protocol'
import type { Publication } from './Publication'
import type { StreamRecord } from './StreamRecord'

/** The newer segments of a source or rendition: the answer to `GET /segments/<streamId>?after=n`. */
export type SegmentList = {
  streamId: StreamId.StreamId
  /** In order of sequence number, oldest first, with gaps. The relay may have more: ask again with the last number. */
  segments: readonly Publication[]
  /** Of the source stream. */
  state: StreamRecord['state']
  /** Of the source stream: the last sequence number to wait for. */
  end: StreamEnd.StreamEnd | undefined
}

/** A relay sends no more segments in one answer. */
export const maxSegments = 1_000
