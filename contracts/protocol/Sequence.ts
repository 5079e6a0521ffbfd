import { ProtocolError } from './errors'

/** A sequence number can be at most this much larger than the last accepted number. If it is larger, the sender is faulty. */
export const maxAhead = 30n

/**
 * Throws `RepeatedError` if `next` is not after `last`, and `TooFarAheadError` if it is more than `maxAhead` after `last`.
 * `last` is `undefined` before the stream's first segment. A gap is allowed: after it, a claim has a new range.
 */
export function assertFollows({ last, next }: { last: bigint | undefined; next: bigint }): void {
  if (last !== undefined && next <= last) throw new RepeatedError({ last, next })
  if (next > (last ?? -1n) + maxAhead) throw new TooFarAheadError({ last, next })
}

export class RepeatedError extends ProtocolError {
  override readonly name = 'Sequence.RepeatedError'
  constructor({ last, next }: { last: bigint; next: bigint }) {
    super('This sequence number is not after the last accepted one.', {
      details: [`Last accepted: ${last}`, `Received: ${next}`],
    })
  }
}

export class TooFarAheadError extends ProtocolError {
  override readonly name = 'Sequence.TooFarAheadError'
  constructor({ last, next }: { last: bigint | undefined; next: bigint }) {
    super('This sequence number is too far ahead of the last accepted one.', {
      details: [`Last accepted: ${last ?? 'none'}`, `Received: ${next}`, `Allowed ahead: ${maxAhead}`],
    })
  }
}
