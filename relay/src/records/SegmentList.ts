import type { StreamEnd, StreamId } from '@lp/contracts/protocol'
import type { Publication } from './Publication'
import type { StreamRecord } from './StreamRecord'

/** Answer to "what is newer than this?" for one stream, source or rendition: `GET /segments/<streamId>?after=n`. */
export type SegmentList = {
  streamId: StreamId.StreamId
  /** In order of sequence number, oldest first, gaps allowed. There may be more than fit: ask again after the last. */
  segments: readonly Publication[]
  /** Of the source stream. */
  state: StreamRecord['state']
  /** Of the source stream: the last sequence number to wait for. */
  end: StreamEnd.StreamEnd | undefined
}

/** A relay sends no more segments in one answer. */
export const maxSegments = 1_000
