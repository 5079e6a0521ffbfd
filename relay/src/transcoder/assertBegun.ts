import { type Part, PayloadTree, ProtocolError, type Segment } from '@lp/contracts/protocol'

/**
 * From the source part `begun`, the relay has made and signed parts of renditions. If the relay now signed parts that it made from other
 * bytes, these parts would contradict the earlier parts. Throws `BegunError` if the new part has the place of `begun`, but other bytes.
 */
export function assertBegun(begun: Part.Part, { sequenceNumber, index, prefixHash }: Part.Part): void {
  const isSamePart = begun.sequenceNumber === sequenceNumber && begun.index === index
  if (isSamePart && begun.prefixHash !== prefixHash) throw new BegunError({ sequenceNumber })
}

/** Throws `BegunError` if the whole segment does not begin with the bytes from which the relay has made signed parts of renditions. */
export async function assertBegunWith(
  begun: readonly Part.Part[],
  { segment: { sequenceNumber }, payload }: { segment: Segment.Header; payload: Uint8Array },
): Promise<void> {
  const last = begun.at(-1)
  if (last?.sequenceNumber !== sequenceNumber) return
  const isSame = last.length <= payload.length && (await hashOf(payload, last.length)) === last.prefixHash
  if (!isSame) throw new BegunError({ sequenceNumber })
}

const hashOf = (payload: Uint8Array, length: number) => PayloadTree.hash(payload.subarray(0, length))

export class BegunError extends ProtocolError {
  override readonly name = 'JobWork.BegunError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('From other bytes of this segment, the transcoder has made parts of renditions, and published them.', {
      details: [`Sequence number: ${sequenceNumber}`],
    })
  }
}
