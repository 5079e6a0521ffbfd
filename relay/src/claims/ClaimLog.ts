import type { Claim, StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'

/** Port: the log of one job. This room reads the log, and adds planned claims to it. */
export type ClaimLog = {
  readonly jobId: Hex
  /** `undefined` before the first draw that selected us. */
  readonly drawn: DrawnJob | undefined
  /** Oldest first. Each Assignment begins after all work under the previous Assignment. */
  readonly assignments: readonly AcceptedAssignment[]
  /** The transcoded segments with their receipts, in the order of their sequence numbers. */
  readonly work: readonly Claim.Work[]
  /** The claims that this relay decided to make, oldest first. Only the chain shows which of these claims were made. */
  readonly plannedClaims: readonly Claim.Claim[]
  workOn(sequenceNumber: bigint): Claim.Work | undefined
  readonly end: StreamEnd.StreamEnd | undefined
  /** Unix time in milliseconds of the last recorded segment or Assignment. If none is recorded yet: the time at which the log was opened. */
  readonly heardMs: number
  /** Resolves when the planned claim is on disk. */
  recordPlan(claim: Claim.Claim): Promise<void>
}

/** Port: the logs of all jobs. */
export type ClaimLogs = {
  all(): readonly ClaimLog[]
  /** `undefined` when the log was deleted. */
  get(jobId: Hex): ClaimLog | undefined
}
