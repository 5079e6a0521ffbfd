import type { Hex } from 'viem'

/**
 * The segments that have no receipt yet. `sequenceNumber`: the number of the last of these segments. `durationMs`: the duration of all
 * these segments together.
 */
export type PendingWork = { sequenceNumber: bigint; durationMs: number }

/** Port: the role that claims the fees for the transcoder's work. */
export type Billing = {
  /** Throws unless it is certain that the job pays for the pending work, in addition to the work that has receipts. */
  assertPayable(jobId: Hex, work: PendingWork): void
  /** Makes the role look for claims that are due. Called after an Assignment or the end of a stream is in the log of a job. */
  wake(): void
  /** `listener` is called once for each job that is over on chain. */
  onOver(listener: (jobId: Hex) => void): void
}
