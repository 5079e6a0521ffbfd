import {
  Acceptance,
  Assignment,
  ProtocolError,
  SealedSegment,
  type Segment,
  StreamCover,
  StreamId,
  TranscodingOptions,
  type typedData,
} from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import type { Relay } from '../client/Relay'
import { logOf } from '../log'
import { type Level, levels } from '../playlist/levels'
import * as Sale from '../records/Sale'
import type { Rendition, StreamRecord } from '../records/StreamRecord'
import type { Candidate, Job, Listing } from './Directory'

/** A checked record of a stream. All signatures were checked, from the job on chain to the key that signs the renditions. */
export type Feed = {
  relay: Relay
  /** Whether the relay belongs to the assigned transcoder. `false`: the relay serves another transcoder's work. */
  isDirect: boolean
  /** The record, as the relay or another viewer sent it. */
  record: StreamRecord
  jobId: Hex
  /** The first sequence number of the transcoder's Assignment. In the same job, a feed with a higher number replaces this feed. */
  fromSequence: bigint
  /** The source, then its renditions from high to low. A handover changes the StreamIds of the renditions, not their names. */
  levels: readonly [Level, ...Level[]]
  /** The price and the key servers. All signatures were checked. `undefined`: the stream is free. */
  sale: Sale.Sale | undefined
  /** The title and the poster. The signature, the characters and the picture were checked. */
  cover: StreamCover.StreamCover | undefined
}

const log = logOf('watch')

export const sourceName = 'source'

/**
 * Checks a record of a stream. `undefined`: the transcoder has no source segment yet. Throws
 * `ForeignJobError`, `NotDrawnError`, `WrongOptionsError`, `MismatchError`, `Assignment.WrongSignerError`,
 * `Acceptance.WrongSignerError`, and the errors of `Sale.verify`.
 */
export async function verify(
  record: StreamRecord,
  {
    relay,
    candidate,
    listing,
    domain,
  }: { relay: Relay; candidate: Candidate; listing: Listing; domain: typedData.Domain },
): Promise<Feed | undefined> {
  const { assignment, acceptance, options } = record
  const { job, candidates } = listing
  for (const { jobId, streamId } of [record, assignment, acceptance])
    if (jobId !== job.jobId || streamId !== job.streamId) throw new ForeignJobError({ job, jobId, streamId })
  const { transcoder, renditionKey, fromSequence } = assignment
  if (!candidates.some(({ address }) => isAddressEqual(address, transcoder))) throw new NotDrawnError({ transcoder })
  const optionsHash = hashOf(options)
  if (optionsHash !== job.optionsHash) throw new WrongOptionsError({ agreed: job.optionsHash, received: optionsHash })
  if (!isAddressEqual(acceptance.renditionKey, renditionKey)) throw new MismatchError({ assignment, acceptance })
  await Assignment.verify(assignment, domain)
  await Acceptance.verify(acceptance, { transcoder, domain })
  const sale = record.sale && (await Sale.verify(record.sale, { streamId: job.streamId, domain }))
  const cover = await coverOf(record, domain)
  const plainIds = new Map<Hex, Hex>()
  const [best, ...others] = levels({ ...record, renditions: renditions(record, plainIds) }).map((level) => {
    const plainId = plainIds.get(level.streamId)
    return plainId ? { ...level, plainId } : level
  })
  if (!best) return undefined
  const isDirect = isAddressEqual(transcoder, candidate.address)
  return { relay, isDirect, record, jobId: job.jobId, fromSequence, levels: [best, ...others], sale, cover }
}

/** A relay that adds a wrong title must not take the stream from its viewers, so a cover that is not valid is left out. */
async function coverOf({ cover, streamId }: StreamRecord, domain: typedData.Domain) {
  if (!cover) return undefined
  try {
    await StreamCover.verify(cover, { streamId, domain })
    return cover
  } catch (error) {
    log.debug('cover refused', () => ({ error: (error as Error).message }))
    return undefined
  }
}

/** Whether `feed` has a later Assignment than `other`, or has the same Assignment and only `feed` comes from the transcoder's own relay. */
export const isBetter = (feed: Feed, other: Feed): boolean =>
  feed.fromSequence === other.fromSequence ? feed.isDirect && !other.isDirect : feed.fromSequence > other.fromSequence

/** Whether two feeds have the same Assignment. */
export const isSame = (feed: Feed, other: Feed): boolean =>
  feed.jobId === other.jobId && feed.fromSequence === other.fromSequence

/**
 * Throws `NotAssignedError` if a rendition's segment comes before the first segment of the Assignment. Such a segment belongs to a previous
 * transcoder.
 */
export function assertAssigned(
  { levels, fromSequence }: Feed,
  { streamId, sequenceNumber }: Pick<Segment.Header, 'streamId' | 'sequenceNumber'>,
): void {
  if (streamId !== levels[0].streamId && sequenceNumber < fromSequence)
    throw new NotAssignedError({ sequenceNumber, fromSequence })
}

/** `undefined`: the options are invalid, so they cannot be the options of the job. */
function hashOf(options: TranscodingOptions.TranscodingOptions): Hex | undefined {
  try {
    TranscodingOptions.validate(options)
    return TranscodingOptions.hash(options)
  } catch {
    return undefined
  }
}

/**
 * Those renditions of the job that are also in the record. Their StreamIds are computed from the job and the rendition key. In a paid
 * stream, also writes the plain StreamId of each level into `plainIds`, by sealed StreamId.
 */
function renditions(
  { jobId, streamId, assignment, options, sale, ...record }: StreamRecord,
  plainIds: Map<Hex, Hex>,
): Rendition[] {
  const shown = (plainId: StreamId.StreamId): StreamId.StreamId => {
    if (!sale) return plainId
    const sealedId = SealedSegment.streamIdOf(plainId)
    plainIds.set(sealedId, plainId)
    return sealedId
  }
  shown(streamId)
  return options.renditions.flatMap(({ height, bitrate }, index) => {
    const id = shown(StreamId.rendition({ jobId, streamId, index, renditionKey: assignment.renditionKey }))
    const offered = record.renditions.find((rendition) => rendition.streamId === id)
    // A transcoder makes no rendition that is higher than the source.
    return offered ? [{ streamId: id, width: offered.width, height, bitrate }] : []
  })
}

export class ForeignJobError extends ProtocolError {
  override readonly name = 'Feed.ForeignJobError'
  constructor({ job, jobId, streamId }: { job: Job; jobId: Hex; streamId: Hex }) {
    super('The record of the stream names another job.', {
      details: [
        ...[`Job on chain: ${job.jobId}`, `Received job: ${jobId}`],
        ...[`Stream: ${job.streamId}`, `Received stream: ${streamId}`],
      ],
    })
  }
}

export class NotDrawnError extends ProtocolError {
  override readonly name = 'Feed.NotDrawnError'
  constructor({ transcoder }: { transcoder: Address }) {
    super('The job was assigned to a transcoder that was not drawn for it.', { details: [`Transcoder: ${transcoder}`] })
  }
}

export class WrongOptionsError extends ProtocolError {
  override readonly name = 'Feed.WrongOptionsError'
  constructor({ agreed, received }: { agreed: Hex; received: Hex | undefined }) {
    super('The record of the stream names transcoding options that differ from the options of the job.', {
      details: [`Agreed: ${agreed}`, `Received: ${received ?? 'invalid options'}`],
    })
  }
}

export class MismatchError extends ProtocolError {
  override readonly name = 'Feed.MismatchError'
  constructor({
    assignment,
    acceptance,
  }: {
    assignment: Assignment.Assignment
    acceptance: Acceptance.Acceptance
  }) {
    super('Assignment and acceptance name different rendition keys.', {
      details: [`Assigned: ${assignment.renditionKey}`, `Accepted: ${acceptance.renditionKey}`],
    })
  }
}

export class NotAssignedError extends ProtocolError {
  override readonly name = 'Feed.NotAssignedError'
  constructor({ sequenceNumber, fromSequence }: { sequenceNumber: bigint; fromSequence: bigint }) {
    super('The segment comes before the first segment of the Assignment.', {
      details: [`Sequence number: ${sequenceNumber}`, `First assigned: ${fromSequence}`],
    })
  }
}
