import { ProtocolError } from '@lp/contracts/protocol'

/** All segments that have no receipt yet, up to and including `sequenceNumber`. */
export type PendingWork = { sequenceNumber: bigint; durationMs: number }

/** What the chain and we know of a job that more work shall be done for. Wei. */
export type Prospect = {
  sequenceNumber: bigint
  /** First number that is known to be given to a successor; `undefined` before the chain was asked. */
  handoverAfter: bigint | undefined
  /** Numbers that somebody else has claimed. */
  claimedByOthers: ReadonlySet<bigint>
  /** For all that is not claimed, with the work to come. */
  required: bigint
  reserve: bigint
  deposit: bigint
}

/** Throws `UnpayableError` when the job's reserve does not surely pay for it, `TakenError` when it pays others. */
export function assertPayable({
  sequenceNumber,
  handoverAfter,
  claimedByOthers,
  required,
  reserve,
  deposit,
}: Prospect): void {
  // What is not ours to claim would count as nothing, and we would work for nothing as long as it comes.
  if (claimedByOthers.size > 0 || (handoverAfter !== undefined && sequenceNumber >= handoverAfter))
    throw new TakenError({ sequenceNumber, handoverAfter, claimedByOthers })
  if (required > reserve) throw new UnpayableError({ required, reserve, deposit })
}

export class UnpayableError extends ProtocolError {
  override readonly name = 'assertPayable.UnpayableError'
  constructor({ required, reserve, deposit }: Pick<Prospect, 'required' | 'reserve' | 'deposit'>) {
    super(
      deposit === 0n
        ? 'The deposit is used up: it does not pay for another segment.'
        : 'Too much work is unclaimed for the reserve of the job to pay for another segment.',
      { details: [`Unclaimed: ${required} wei`, `Reserved: ${reserve} wei`, `Deposit: ${deposit} wei`] },
    )
  }
}

export class TakenError extends ProtocolError {
  override readonly name = 'assertPayable.TakenError'
  constructor({
    sequenceNumber,
    handoverAfter,
    claimedByOthers,
  }: Pick<Prospect, 'sequenceNumber' | 'handoverAfter' | 'claimedByOthers'>) {
    super('The chain knows the work as another transcoder’s.', {
      details: [
        `Sequence number: ${sequenceNumber}`,
        `Handed on from: ${handoverAfter ?? 'unknown'}`,
        `Claimed by others: ${[...claimedByOthers].slice(0, 10).join(', ') || 'none'}`,
      ],
    })
  }
}
