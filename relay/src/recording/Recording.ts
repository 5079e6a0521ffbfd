import { ProtocolError, Segment, StreamEnd, type StreamId, type typedData } from '@lp/contracts/protocol'
import type { Publication } from '../records/Publication'

/** The signed source segments of a stream that has ended. */
export type Recording = {
  streamId: StreamId.StreamId
  /** In order of sequence number. Numbers may be missing. At least one segment. */
  segments: readonly Publication[]
  /** The signed end of the stream; `undefined` if the stream key has not signed an end. */
  end: StreamEnd.StreamEnd | undefined
}

/** 36 hours of segments of 2 s. Their headers have 8 MB, and WebTorrent accepts an info dictionary of at most 10 MB. */
export const maxSegments = 65_536

/**
 * Throws `InvalidError` if there are no segments or too many, if a segment is of another stream, out of order, empty, too large or after
 * the signed end, or if the signed end is of another stream.
 */
export function assertValid({ streamId, segments, end }: Recording): void {
  const [first] = segments
  if (!first || segments.length > maxSegments) throw new InvalidError(`It has ${segments.length} segments.`)
  if (end && end.streamId !== streamId) throw new InvalidError('Its end is the end of another stream.')
  let last = -1n
  for (const { sequenceNumber, streamId: of, byteLength } of segments) {
    if (of !== streamId) throw new InvalidError(`Segment ${sequenceNumber} is a segment of another stream.`)
    if (sequenceNumber <= last) throw new InvalidError(`Segment ${sequenceNumber} is not in order.`)
    if (byteLength < 1 || byteLength > Segment.maxPayloadBytes)
      throw new InvalidError(`Segment ${sequenceNumber} has ${byteLength} bytes.`)
    last = sequenceNumber
  }
  if (end && last > end.lastSequenceNumber) throw new InvalidError(`Segment ${last} is after the end.`)
}

/**
 * Checks the signatures of the first segment, the last segment and the end. The reader checks each of the other segments when it reads the
 * segment. Throws `Segment.WrongSignerError`, `Segment.DurationError`, `StreamEnd.WrongSignerError`.
 */
export async function verifyEnds({ segments, end }: Recording, domain: typedData.Domain): Promise<void> {
  for (const segment of [segments[0], segments.at(-1)]) if (segment) await Segment.verify(segment, domain)
  if (end) await StreamEnd.verify(end, domain)
}

/** Whether the recording has the signed end of the stream, and the last segment that this end names. */
export const hasEnd = ({ segments, end }: Recording): boolean =>
  end !== undefined && segments.at(-1)?.sequenceNumber === end.lastSequenceNumber

/**
 * Whether `recording` is better than `other`. If `hasEnd` is true for only one of the two, this one is better. Otherwise the recording with
 * more segments is better.
 */
export const isBetter = (recording: Recording, other: Recording): boolean =>
  hasEnd(recording) === hasEnd(other) ? recording.segments.length > other.segments.length : hasEnd(recording)

export class InvalidError extends ProtocolError {
  override readonly name = 'Recording.InvalidError'
  constructor(fact: string) {
    super('This is not a valid recording of a stream.', { details: [fact] })
  }
}
