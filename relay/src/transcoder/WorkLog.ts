import type { Claim, Part, StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'

/** Port: the log of one job, as the transcoder reads and writes it. A `record` method resolves when the record is on disk. */
export type WorkLog = {
  /** Oldest first. */
  readonly assignments: readonly AcceptedAssignment[]
  readonly lastWork: Claim.Work | undefined
  /** The newest segment whose receipt a claim can contain. The quantisers of the next segment follow from this receipt. */
  readonly lastProvableWork: Claim.Work | undefined
  /** Parts of the newest source segment, in order. From these parts, the relay makes parts of the renditions, and publishes them. */
  readonly begun: readonly Part.Part[]
  readonly end: StreamEnd.StreamEnd | undefined
  recordAssignment(assignment: AcceptedAssignment): Promise<void>
  /** `fromSequence`: the first sequence number of the Assignment under which the segment was transcoded. */
  recordWork(work: Claim.Work, fromSequence: bigint | undefined): Promise<void>
  /** `part`: a part of the source. Call this method before a part of a rendition that was made from `part` is signed. */
  recordBegun(part: Part.Part): Promise<void>
  recordEnd(end: StreamEnd.StreamEnd): Promise<void>
}

/** Port: the logs of all jobs. A log stays open when the transcoder leaves the job. */
export type WorkLogs = {
  /** Throws when the log on disk belongs to a job with other options or another price. */
  openDrawn(drawn: DrawnJob): Promise<WorkLog>
  /** Deletes the log of a job if the job was never assigned to us. */
  removeUnassigned(jobId: Hex): Promise<void>
}
