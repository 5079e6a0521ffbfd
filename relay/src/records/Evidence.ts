import type { Assignment, Claim, TranscodingOptions } from '@lp/contracts/protocol'

/** The proof of a relay's work on a segment. With it, anybody can transcode the segment again and compare. */
export type Evidence = {
  /** Of the job. */
  options: TranscodingOptions.TranscodingOptions
  /** Names the rendition key that signed the receipts. */
  assignment: Assignment.Assignment
  work: Claim.Work
  /** The previous work under the same Assignment, from which the quantisers follow; `undefined` for the first segment. */
  preceding: Claim.Work | undefined
}
