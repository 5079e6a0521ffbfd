import type { TranscodingOptions } from '@lp/contracts/protocol'
import { quantisersAfter } from '../check/checkSegment'
import type { Entry } from '../jobs/JobLog'

/** What each rendition of a segment must be encoded with; `before`: the receipt before it under its Assignment. */
export const quantisers = (before: Entry | undefined, options: TranscodingOptions.TranscodingOptions): number[] =>
  quantisersAfter(before ? { outputs: before.outputs, durationMs: before.segment.durationMs } : 'none', options)
