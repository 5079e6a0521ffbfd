import {
  Assignment,
  type Claim,
  ProtocolError,
  Recipe,
  Segment,
  StreamId,
  TranscodeReceipt,
  TranscodingOptions,
  type typedData,
} from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Evidence } from '../records/Evidence'

/** The facts of a job on chain. */
export type Job = { streamId: StreamId.StreamId; optionsHash: Hex }

/** A segment, of the source or of a rendition, that a relay served to a viewer with a signed header. */
export type Played = Pick<Segment.Header, 'streamId' | 'dataHash'> & {
  /** Sequence number of the previous segment of the same stream that the viewer received; `undefined` when unknown. */
  previous: bigint | undefined
}

/**
 * Checks a relay's evidence of a segment: against the job on chain, and against the segment that was `played`. Also checks the
 * signatures of the Assignment, the segments and the receipts. Throws `MismatchError`, `Assignment.WrongSignerError`,
 * `Segment.WrongSignerError`, `Segment.DurationError`, `TranscodeReceipt.WrongSignerError`. Does not transcode the segment again.
 */
export async function verifyEvidence(
  { options, assignment, work, preceding }: Evidence,
  {
    streamId,
    sequenceNumber,
    job,
    played,
    domain,
  }: {
    streamId: StreamId.StreamId
    sequenceNumber: bigint
    job: Job
    played?: Played | undefined
    domain: typedData.Domain
  },
): Promise<void> {
  demand(job.streamId === streamId && assignment.streamId === streamId, 'the job and its assignment are of this stream')
  demand(hashOf(options) === job.optionsHash, 'the options are those of the job')
  await Assignment.verify(assignment, domain)
  demand(work.segment.sequenceNumber === sequenceNumber, 'the receipt is for this segment')
  await verifyWork(work, { assignment, domain })
  // Without this rule, a relay could serve wrong work to viewers and correct work to a check.
  if (played) demand(isFor(played, { assignment, work }), 'the receipt is for the segment that was played')
  const isFirst = !played || played.streamId === streamId || (played.previous ?? -1n) < assignment.fromSequence
  // Without this rule, a relay could choose the preceding receipt, and so the quantisers.
  demand(
    isFirst || (preceding?.segment.sequenceNumber ?? -1n) >= (played.previous ?? 0n),
    'the preceding receipt is for the segment that was played before, or for a later segment',
  )
  if (!preceding) return
  demand(preceding.segment.sequenceNumber < sequenceNumber, 'the preceding receipt is for an earlier segment')
  await verifyWork(preceding, { assignment, domain })
}

function isFor({ streamId, dataHash }: Played, { assignment, work }: Pick<Evidence, 'assignment' | 'work'>): boolean {
  if (streamId === assignment.streamId) return dataHash === work.segment.dataHash
  const index = work.outputs.findIndex((_, index) => streamId === StreamId.rendition({ ...assignment, index }))
  return dataHash === work.outputs[index]?.dataHash
}

async function verifyWork(
  { receipt, segment, outputs }: Claim.Work,
  { assignment, domain }: { assignment: Assignment.Assignment; domain: typedData.Domain },
): Promise<void> {
  const { jobId, streamId, renditionKey, fromSequence } = assignment
  const isOfAssignment = receipt.jobId === jobId && segment.streamId === streamId
  demand(isOfAssignment && segment.sequenceNumber >= fromSequence, 'the segment is assigned to this transcoder')
  const isOfSegment =
    receipt.streamId === segment.streamId &&
    receipt.sequenceNumber === segment.sequenceNumber &&
    receipt.dataHash === segment.dataHash &&
    receipt.broadcasterSignature === segment.signature
  demand(isOfSegment, 'the receipt is for the segment that the stream key signed')
  demand(receipt.transcodedDataHash === Recipe.transcodedDataHash(outputs), 'the outputs are those of the receipt')
  await Segment.verify(segment, domain)
  await TranscodeReceipt.verify(receipt, { renditionKey, domain })
}

/** The hash of the options; `undefined` for invalid options, because no job can commit to invalid options. */
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
    super('The evidence of the relay is not consistent.', { details: [`Rule: ${rule}`] })
  }
}
