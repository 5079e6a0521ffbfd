import type { Segment } from '@lp/contracts/protocol'

/** A signed segment header, with the size of the segment's payload. */
export type Publication = Segment.Segment & {
  /** Size of the payload. */
  byteLength: number
}
