import type { Hex } from 'viem'

/** All segments that have no receipt yet, up to and including `sequenceNumber`. */
export type PendingWork = { sequenceNumber: bigint; durationMs: number }

/** Port: the role that claims the fees for the transcoder's work. */
export type Billing = {
  /** Throws when the job would not surely pay for the pending work too. */
  assertPayable(jobId: Hex, work: PendingWork): void
  /** A log has a new Assignment or a stream end: a claim may be due. */
  wake(): void
  /** `listener` hears of each job that is over on chain. */
  onOver(listener: (jobId: Hex) => void): void
}
