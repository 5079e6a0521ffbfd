import type { Part, StreamEnd, StreamId } from '@lp/contracts/protocol'
import type { Publication } from './Publication'
import type { StreamRecord } from './StreamRecord'

/** The newer segments of a source or rendition: the answer to `GET /segments/<streamId>?after=n`. */
export type SegmentList = {
  streamId: StreamId.StreamId
  /**
   * In order of sequence number, oldest first; numbers may be missing. The relay may have more segments. The reader
   * requests these segments with the last number as `after`.
   */
  segments: readonly Publication[]
  /**
   * The newer parts of the open segment, in order: the answer to `&part=<sequenceNumber>.<index>`, or to `&part=none`. Without `part` in
   * the request, the list has no parts.
   */
  parts: readonly Part.Part[]
  /** The state of the source stream. */
  state: StreamRecord['state']
  /** The signed end of the source stream, with the last sequence number; `undefined` without a signed end. */
  end: StreamEnd.StreamEnd | undefined
}

/** The largest number of segments that a relay sends in one answer. */
export const maxSegments = 1_000
