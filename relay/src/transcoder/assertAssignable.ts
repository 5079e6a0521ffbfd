import { Assignment, ProtocolError } from '@lp/contracts/protocol'
import type { WorkLog } from './WorkLog'

/**
 * Throws if this transcoder cannot work under a new Assignment of its job. `next`: the sequence number after the last segment under the
 * previous Assignment.
 */
export function assertAssignable(
  { fromSequence }: Assignment.Assignment,
  { next, workLog }: { next: bigint; workLog: Pick<WorkLog, 'assignments'> },
): void {
  // Each Assignment must begin after the work under the previous Assignment, so that each receipt belongs to exactly one Assignment.
  if (fromSequence < next) throw new TooEarlyError({ fromSequence, next })
  // An Assignment from segment 0 does not count toward the limit.
  const recordable = workLog.assignments.filter(({ assignment }) => assignment.fromSequence > 0n)
  // The contracts would refuse a claim under one more Assignment, so the work under it could not be paid.
  if (recordable.length >= Assignment.maxPerTranscoder) throw new TooManyAssignmentsError()
}

export class TooManyAssignmentsError extends ProtocolError {
  override readonly name = 'JobWork.TooManyAssignmentsError'
  constructor() {
    super('This transcoder has already worked under as many Assignments as the contracts record for one job.', {
      details: [`Allowed: ${Assignment.maxPerTranscoder}`],
    })
  }
}

export class TooEarlyError extends ProtocolError {
  override readonly name = 'JobWork.TooEarlyError'
  constructor({ fromSequence, next }: { fromSequence: bigint; next: bigint }) {
    super('The Assignment begins before the work under the previous Assignment ends.', {
      details: [`Assignment from: ${fromSequence}`, `Expected: ${next} or later`],
    })
  }
}
