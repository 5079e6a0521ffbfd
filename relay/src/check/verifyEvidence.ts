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

/** What the chain says of a job. */
export type Job = { streamId: StreamId.StreamId; optionsHash: Hex }

/** A segment, of the source or of a rendition, that the relay gave a viewer under a signed header. */
export type Played = Pick<Segment.Header, 'streamId' | 'dataHash'> & {
  /** Number of the one that it gave before, of the same stream; `undefined` when none is known. */
  previous: bigint | undefined
}

/**
 * Throws unless what a relay shows of a segment hangs together, from the job on chain over its Assignment to both
 * receipts, and with what it `played`: `MismatchError`, `Assignment.WrongSignerError`, `Segment.WrongSignerError`, `Segment.DurationError`,
 * `TranscodeReceipt.WrongSignerError`. It says nothing yet about the work itself.
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
  // Else a relay could show viewers one thing, and good work to those who check.
  if (played) demand(isFor(played, { assignment, work }), 'the receipt is for what was on the screen')
  const isFirst = !played || played.streamId === streamId || (played.previous ?? -1n) < assignment.fromSequence
  // Whoever could choose the receipt before could choose the quantisers.
  demand(
    isFirst || (preceding?.segment.sequenceNumber ?? -1n) >= (played.previous ?? 0n),
    'the preceding receipt is that of the segment before',
  )
  if (!preceding) return
  demand(preceding.segment.sequenceNumber < sequenceNumber, 'the preceding receipt is for a segment before')
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
