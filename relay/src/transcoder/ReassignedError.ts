import { ProtocolError } from '@lp/contracts/protocol'

/**
 * The quantisers of the segment were chosen under the previous Assignment. Under the new Assignment, the transcoder could not
 * prove these quantisers.
 */
export class ReassignedError extends ProtocolError {
  override readonly name = 'JobWork.ReassignedError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('The broadcaster signed a new Assignment while this segment was being transcoded.', {
      details: [`Sequence number: ${sequenceNumber}`],
    })
  }
}
