import { ProtocolError } from '@lp/contracts/protocol'
import type { Challenge } from './Challenge'

/** A try to check a challenged segment or to report its verdict failed. The verifier tries again before the deadline. */
export class ChallengeError extends ProtocolError {
  override readonly name = 'Verifier.ChallengeError'
  constructor({ challenge: { claimId, sequenceNumber, deadline }, cause }: { challenge: Challenge; cause: unknown }) {
    super('A challenged segment has no verdict yet.', {
      details: [
        `Cause: ${cause instanceof Error ? cause.message : cause}`,
        ...[`Claim: ${claimId}`, `Segment: ${sequenceNumber}`, `Deadline: block ${deadline}`],
      ],
      cause,
    })
  }
}
