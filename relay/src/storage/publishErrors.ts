import { ProtocolError, type StreamId } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Publication } from '../records/Publication'
import { sourceIdOf } from '../records/Sale'
import type { StreamRecord } from '../records/StreamRecord'

/**
 * Throws `EndedError` if the segment comes after the end of the stream, and `ReassignedError` if a later Assignment contains the segment.
 * `record`: the newest record of the stream. `successor`: for a segment of a rendition, the record of the Assignment after the rendition's
 * own Assignment; `undefined` if there is none.
 */
export function assertOpen(
  { streamId, sequenceNumber }: Pick<Publication, 'streamId' | 'sequenceNumber'>,
  { record, successor }: { record: StreamRecord; successor: StreamRecord | undefined },
): void {
  if (successor && sequenceNumber >= successor.assignment.fromSequence)
    throw new ReassignedError({ sequenceNumber, transcoder: successor.transcoder })
  const isSource = streamId === sourceIdOf(record)
  if (record.end ? sequenceNumber > record.end.lastSequenceNumber : isSource && record.state === 'ended')
    throw new EndedError({ streamId: record.streamId })
}

export class EndedError extends ProtocolError {
  override readonly name = 'Stream.EndedError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('The stream has ended.', { details: [`Stream: ${streamId}`] })
  }
}

export class NotOfStreamError extends ProtocolError {
  override readonly name = 'Stream.NotOfStreamError'
  constructor({ streamId, source }: { streamId: StreamId.StreamId; source: StreamId.StreamId }) {
    super('The segment belongs neither to the source stream nor to one of its renditions.', {
      details: [`Segment's stream: ${streamId}`, `Source stream: ${source}`],
    })
  }
}

export class ReassignedError extends ProtocolError {
  override readonly name = 'Stream.ReassignedError'
  constructor({ sequenceNumber, transcoder }: { sequenceNumber: bigint; transcoder: Address }) {
    super('The segment is assigned to another transcoder.', {
      details: [`Sequence number: ${sequenceNumber}`, `Transcoder: ${transcoder}`],
    })
  }
}
