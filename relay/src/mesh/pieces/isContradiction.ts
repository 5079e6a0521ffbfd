import { Part, type ProtocolError } from '@lp/contracts/protocol'
import { PrefixContradictionError, RewrittenError } from './SegmentPieces'

/** Whether the key of the stream is at fault, not the peer. */
export const isContradiction = (error: ProtocolError): boolean =>
  error instanceof Part.ContradictionError ||
  error instanceof PrefixContradictionError ||
  error instanceof RewrittenError
