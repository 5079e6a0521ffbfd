import type { Segment } from '@lp/contracts/protocol'

/** A signed segment whose payload this relay serves. */
export type Publication = Segment.Segment & {
  /** Size of the payload. */
  byteLength: number
}
