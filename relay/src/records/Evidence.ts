import type { Assignment, Claim, TranscodingOptions } from '@lp/contracts/protocol'

/** What a relay shows of a segment that it transcoded, so that anybody can do it again and compare. */
export type Evidence = {
  /** Of the job. */
  options: TranscodingOptions.TranscodingOptions
  /** Names the rendition key that signed the receipts. */
  assignment: Assignment.Assignment
  work: Claim.Work
  /** The work before it under the same Assignment, from which its quantisers follow; `undefined` for the first. */
  preceding: Claim.Work | undefined
}
