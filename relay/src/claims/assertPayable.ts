import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { LostClaimError } from './lostClaims'

/**
 * The segments that have no receipt yet. `sequenceNumber`: the last of these segments. `durationMs`: the duration of all these
 * segments together.
 */
export type PendingWork = { sequenceNumber: bigint; durationMs: number }

/** The facts that decide whether a job pays for more work. Amounts in wei. */
export type Funding = {
  sequenceNumber: bigint
  /**
   * The first sequence number of the next transcoder: where a recorded Assignment to another transcoder begins. The
   * largest uint64 if there is none; `undefined` before the chain was read.
   */
  handoverAfter: bigint | undefined
  /** Sequence numbers that other transcoders have claimed. */
  claimedByOthers: ReadonlySet<bigint>
  /** The last claim of the Assignment, if the log has lost this claim or some of its receipts. */
  lostClaim: { jobId: Hex; claimId: Hex } | undefined
  /** Fees of all unclaimed work and of the pending work. */
  required: bigint
  reserve: bigint
  deposit: bigint
}

/**
 * Throws `UnpayableError` when it is not certain that the job's reserve pays for the work, `TakenError` when the work belongs to
 * another transcoder, and `LostClaimError` when the work could not be proven.
 */
export function assertPayable(funding: Funding): void {
  const { sequenceNumber, handoverAfter, claimedByOthers, lostClaim, required, reserve, deposit } = funding
  // Another transcoder can claim this work and the work after it, so we would never be paid for this work.
  if (claimedByOthers.size > 0 || (handoverAfter !== undefined && sequenceNumber >= handoverAfter))
    throw new TakenError({ sequenceNumber, handoverAfter, claimedByOthers })
  if (lostClaim) throw new LostClaimError(lostClaim)
  if (required > reserve) throw new UnpayableError({ required, reserve, deposit })
}

export class ExpelledError extends ProtocolError {
  override readonly name = 'assertPayable.ExpelledError'
  constructor({ jobId }: { jobId: Hex }) {
    super('The transcoder was slashed for an offence in this job, so it no longer works on this job.', {
      details: [`Job: ${jobId}`],
    })
  }
}

export class UnpayableError extends ProtocolError {
  override readonly name = 'assertPayable.UnpayableError'
  constructor({ required, reserve, deposit }: Pick<Funding, 'required' | 'reserve' | 'deposit'>) {
    super(
      deposit === 0n
        ? 'The deposit is used up: it does not pay for another segment.'
        : 'Too much work is unclaimed: our part of the reserve does not pay for another segment.',
      { details: [`Unclaimed: ${required} wei`, `Reserved for us: ${reserve} wei`, `Deposit: ${deposit} wei`] },
    )
  }
}

export class TakenError extends ProtocolError {
  override readonly name = 'assertPayable.TakenError'
  constructor({
    sequenceNumber,
    handoverAfter,
    claimedByOthers,
  }: Pick<Funding, 'sequenceNumber' | 'handoverAfter' | 'claimedByOthers'>) {
    super('On chain, the segment belongs to another transcoder.', {
      details: [
        `Sequence number: ${sequenceNumber}`,
        `First segment of the next transcoder: ${handoverAfter ?? 'unknown'}`,
        `Claimed by others: ${[...claimedByOthers].slice(0, 10).join(', ') || 'none'}`,
      ],
    })
  }
}
