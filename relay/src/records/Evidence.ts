import type { Assignment, Claim, TranscodingOptions } from '@lp/contracts/protocol'

/** The proof of a relay's work on a segment. A reader of the evidence can transcode the segment again and compare the results. */
export type Evidence = {
  /** The options of the job. */
  options: TranscodingOptions.TranscodingOptions
  /** The Assignment under which the segment was transcoded. It names the rendition key that signed the receipts. */
  assignment: Assignment.Assignment
  work: Claim.Work
  /**
   * The previous work under the same Assignment. The recipe computes the quantisers of `work` from this previous work.
   * `undefined` for the first segment.
   */
  preceding: Claim.Work | undefined
}
