import { Part, ProtocolError } from '@lp/contracts/protocol'
import type { Place } from '../SegmentStore'

/** Whether the key of the stream is at fault, not the peer. */
export const isContradiction = (error: ProtocolError): boolean =>
  error instanceof Part.ContradictionError ||
  error instanceof PrefixContradictionError ||
  error instanceof RewrittenError

export class RewrittenError extends ProtocolError {
  override readonly name = 'contradiction.RewrittenError'
  constructor({ streamId, sequenceNumber }: Place) {
    super('The key of the stream signed two different segments with one sequence number.', {
      details: [`Stream: ${streamId}`, `Segment: ${sequenceNumber}`],
    })
  }
}

export class PrefixContradictionError extends ProtocolError {
  override readonly name = 'contradiction.PrefixContradictionError'
  constructor({ streamId, sequenceNumber }: Place) {
    super('The key of the stream signed two different contents of one segment.', {
      details: [`Stream: ${streamId}`, `Segment: ${sequenceNumber}`],
    })
  }
}
