import { ProtocolError } from './errors'

/** The most by which a sequence number may exceed the last accepted number. A larger step shows a broken or false sender. */
export const maxAhead = 30n

/**
 * Throws `RepeatedError` or `TooFarAheadError` unless `next` may follow `last`. `last` is `undefined` before the stream's
 * first segment. Gaps below the limit are allowed, and split the ranges of the claim.
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
    super('This sequence number is too far ahead.', {
      details: [`Last accepted: ${last ?? 'none'}`, `Received: ${next}`, `Allowed ahead: ${maxAhead}`],
    })
  }
}
