import {
  Assignment,
  type Claim,
  ProtocolError,
  Recipe,
  Segment,
  type StreamId,
  TranscodeReceipt,
  TranscodingOptions,
  type typedData,
} from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Evidence } from '../storage/Evidence'

/** What the chain says of a job. */
export type Job = { streamId: StreamId.StreamId; optionsHash: Hex }

/**
 * Throws unless what a relay shows of a segment hangs together, from the job on chain over its Assignment to both
 * receipts: `MismatchError`, `Assignment.WrongSignerError`, `Segment.WrongSignerError`, `Segment.DurationError`,
 * `TranscodeReceipt.WrongSignerError`. It says nothing yet about the work itself.
 */
export async function verifyEvidence(
  { options, assignment, work, preceding }: Evidence,
  {
    streamId,
    sequenceNumber,
    job,
    domain,
  }: { streamId: StreamId.StreamId; sequenceNumber: bigint; job: Job; domain: typedData.Domain },
): Promise<void> {
  demand(job.streamId === streamId && assignment.streamId === streamId, 'the job and its assignment are of this stream')
  demand(hashOf(options) === job.optionsHash, 'the options are those of the job')
  await Assignment.verify(assignment, domain)
  demand(work.segment.sequenceNumber === sequenceNumber, 'the receipt is for this segment')
  await verifyWork(work, { assignment, domain })
  if (!preceding) return
  demand(preceding.segment.sequenceNumber < sequenceNumber, 'the preceding receipt is for a segment before')
  await verifyWork(preceding, { assignment, domain })
}

async function verifyWork(
  { receipt, segment, outputs }: Claim.Work,
  { assignment, domain }: { assignment: Assignment.Assignment; domain: typedData.Domain },
): Promise<void> {
  const { jobId, streamId, renditionKey, fromSequence } = assignment
  const isOfAssignment = receipt.jobId === jobId && segment.streamId === streamId
  demand(isOfAssignment && segment.sequenceNumber >= fromSequence, 'the segment was given to this transcoder')
  const isOfSegment =
    receipt.streamId === segment.streamId &&
    receipt.sequenceNumber === segment.sequenceNumber &&
    receipt.dataHash === segment.dataHash &&
    receipt.broadcasterSignature === segment.signature
  demand(isOfSegment, 'the receipt is for the segment that the origin signed')
  demand(receipt.transcodedDataHash === Recipe.transcodedDataHash(outputs), 'the outputs are those of the receipt')
  await Segment.verify(segment, domain)
  await TranscodeReceipt.verify(receipt, { renditionKey, domain })
}

/** The options are a relay's: whatever cannot be hashed is not what the job names. */
function hashOf(options: TranscodingOptions.TranscodingOptions): Hex | undefined {
  try {
    TranscodingOptions.validate(options)
    return TranscodingOptions.hash(options)
  } catch {
    return undefined
  }
}

function demand(holds: boolean, rule: string) {
  if (!holds) throw new MismatchError({ rule })
}

export class MismatchError extends ProtocolError {
  override readonly name = 'Evidence.MismatchError'
  constructor({ rule }: { rule: string }) {
    super('What the relay shows of the segment does not fit together.', { details: [`Rule: ${rule}`] })
  }
}
