import { ProtocolError } from '@lp/contracts/protocol'

export class MissingError extends ProtocolError {
  override readonly name = 'Viewer.MissingError'
  constructor({ stream, sequenceNumber }: { stream: string; sequenceNumber: bigint }) {
    super('No relay has this segment.', { details: [`Stream: ${stream}`, `Sequence number: ${sequenceNumber}`] })
  }
}

export class NoSuchLevelError extends ProtocolError {
  override readonly name = 'Viewer.NoSuchLevelError'
  constructor({ level }: { level: string }) {
    super('The stream is not served in this quality.', { details: [`Level: ${level}`] })
  }
}

export class BehindError extends ProtocolError {
  override readonly name = 'Viewer.BehindError'
  constructor({ level }: { level: string }) {
    super('The stream has newer segments, but not in this quality.', { details: [`Level: ${level}`] })
  }
}

export class ClosedError extends ProtocolError {
  override readonly name = 'Viewer.ClosedError'
  constructor() {
    super('The viewer was closed.')
  }
}
