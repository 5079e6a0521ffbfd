import { ProtocolError } from './errors'

/** How far ahead of the last accepted number a segment may be; farther, and the sender is lost or lying. */
export const maxAhead = 30n

/**
 * Throws unless `next` may follow `last` (`undefined` at the stream's first segment): never repeated, never far ahead.
 * Smaller gaps are allowed: they are recorded and split the claim.
 */
export function assertFollows({ last, next }: { last: bigint | undefined; next: bigint }): void {
  if (last !== undefined && next <= last) throw new RepeatedError({ last, next })
  if (next > (last ?? -1n) + maxAhead) throw new TooFarAheadError({ last, next })
}

export class RepeatedError extends ProtocolError {
  override readonly name = 'Sequence.RepeatedError'
  constructor({ last, next }: { last: bigint; next: bigint }) {
    super('This sequence number was already taken.', { details: [`Last accepted: ${last}`, `Received: ${next}`] })
  }
}

export class TooFarAheadError extends ProtocolError {
  override readonly name = 'Sequence.TooFarAheadError'
  constructor({ last, next }: { last: bigint | undefined; next: bigint }) {
    super('This sequence number is too far ahead.', {
      details: [`Last accepted: ${last ?? 'none'}`, `Received: ${next}`, `Allowed ahead: ${maxAhead}`],
    })
  }
}
