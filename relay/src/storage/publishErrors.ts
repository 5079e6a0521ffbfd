import { ProtocolError, type StreamId } from '@lp/contracts/protocol'
import type { Address } from 'viem'

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
