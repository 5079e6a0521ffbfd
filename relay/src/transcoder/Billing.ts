import type { Hex } from 'viem'

/**
 * The segments that have no receipt yet. `sequenceNumber`: the last of these segments. `durationMs`: the duration of all these
 * segments together.
 */
export type PendingWork = { sequenceNumber: bigint; durationMs: number }

/** Port: the role that claims the fees for the transcoder's work. */
export type Billing = {
  /** Throws when it is not certain that the job pays for the pending work, too. */
  assertPayable(jobId: Hex, work: PendingWork): void
  /** Called when a log has a new Assignment or a stream end, because a claim may be due. */
  wake(): void
  /** `listener` is called with each job that is over on chain. */
  onOver(listener: (jobId: Hex) => void): void
}
