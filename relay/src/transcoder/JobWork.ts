import {
  type Acceptance,
  type Assignment,
  type Claim,
  type EpochKey,
  MpegTs,
  Recipe,
  Segment,
  type StreamCover,
  type StreamEnd,
  type StreamId,
  type StreamListing,
  TranscodeReceipt,
  type typedData,
} from '@lp/contracts/protocol'
import type { Address, PrivateKeyAccount } from 'viem'
import type { OfferedSale, Sink, Worker } from '../ingest/Worker'
import type { KeyRing } from '../keys/KeyRing'
import { logOf } from '../log'
import type { DrawnJob } from '../records/DrawnJob'
import { isDiskFull } from '../storage/isDiskFull'
import { assertAssignable } from './assertAssignable'
import { assertBegun, assertBegunWith } from './assertBegun'
import type { Billing } from './Billing'
import { Feed } from './Feed'
import type { Ffmpeg } from './Ffmpeg'
import type { JobStreams } from './JobStreams'
import type { KeyCounter } from './KeyCounter'
import { Lag } from './Lag'
import { PartClock } from './PartClock'
import { ReassignedError } from './ReassignedError'
import type { RenditionSeals } from './RenditionSeals'
import type { SegmentMetrics } from './SegmentMetrics'
import { SegmentParts } from './SegmentParts'
import { startTranscode, type Transcode } from './startTranscode'
import type { WorkLog } from './WorkLog'

export type JobWorkOptions = {
  drawn: DrawnJob
  renditionKey: PrivateKeyAccount
  domain: typedData.Domain
  streams: JobStreams
  workLog: WorkLog
  /** The ffmpeg program for the next segment. */
  ffmpeg(): Ffmpeg
  billing: Billing
  keys: KeyRing
  /** `undefined`: this relay sells no keys. */
  counter?: KeyCounter | undefined
  metrics: SegmentMetrics
  /**
   * The longest wait for the next part or the end of a segment. After a longer wait, the relay publishes only whole segments of the job,
   * and no parts. Default 1 s.
   */
  partPatienceMs?: number | undefined
  /** Called before a segment fails because the disk, or the part of it that the relay is allowed to use, is full. */
  onDiskFull(error: Error): void
  /** Called when a segment or a message of the broadcaster was refused. */
  onFault(error: Error): void
}

const log = logOf('transcoder')

/** The work of one job. Transcodes verified segments by the recipe, records their receipts, and publishes the renditions. */
export class JobWork implements Worker {
  readonly maxPayloadBytes = Segment.maxPayloadBytes
  readonly #options: JobWorkOptions
  #nextSequence: bigint
  /** The `fromSequence` of the newest Assignment. */
  #assignedFrom: bigint | undefined
  /**
   * The newest receipt that a claim can contain. The quantisers of the next segment follow from this receipt, so segments are transcoded
   * one after the other.
   */
  #previous: Promise<Claim.Work | undefined>
  /**
   * Settles when the newest source segment is published. Source segments are published in order, even if many segments arrive
   * together after an interruption.
   */
  #published: Promise<void> = Promise.resolve()
  readonly lag = new Lag()
  settled: Promise<void> = Promise.resolve()
  readonly #partClock: PartClock
  /** The runs of ffmpeg that have not ended, and the runs that wait for the previous segment. */
  readonly #runs = new Set<Promise<Transcode>>()
  /** Duration of the accepted segments that have no receipt yet. */
  #unreceiptedMs = 0

  constructor(options: JobWorkOptions) {
    this.#options = options
    const { streams, workLog, partPatienceMs: patienceMs } = options
    this.#partClock = new PartClock({ patienceMs })
    this.#previous = Promise.resolve(workLog.lastProvableWork)
    this.#assignedFrom = workLog.assignments.at(-1)?.assignment.fromSequence
    // If a published segment has no receipt, its transcoding was interrupted, and the broadcaster sends the segment again.
    this.#nextSequence = this.#firstWithoutReceipt ?? streams.lastSequence + 1n
  }

  /** The first segment that is under the newest Assignment and has no receipt. `undefined` if there is no Assignment. */
  get #firstWithoutReceipt(): bigint | undefined {
    const { lastWork } = this.#options.workLog
    const wanted = lastWork ? lastWork.segment.sequenceNumber + 1n : 0n
    return this.#assignedFrom === undefined || this.#assignedFrom > wanted ? this.#assignedFrom : wanted
  }

  get streamId(): StreamId.StreamId {
    return this.#options.drawn.job.streamId
  }

  get nextSequence(): bigint {
    return this.#nextSequence
  }

  get renditionKey(): Address {
    return this.#options.renditionKey.address
  }

  async assigned(
    assignment: Assignment.Assignment,
    acceptance: Acceptance.Acceptance,
    sale: OfferedSale | undefined,
  ): Promise<void> {
    const { streams, drawn, workLog, billing, counter } = this.#options
    const checked = await streams.offer(sale)
    const { jobId, streamId } = drawn.job
    const { fromSequence } = assignment
    // A broadcaster that reconnects repeats its Assignment. The first Acceptance stays valid.
    if (this.#assignedFrom !== fromSequence) {
      await this.idle()
      assertAssignable(assignment, { next: this.#nextSequence, workLog })
      this.#assignedFrom = fromSequence
      this.#nextSequence = fromSequence
      await workLog.recordAssignment({ acceptance, assignment }).catch((error) => {
        this.#assignedFrom = workLog.assignments.at(-1)?.assignment.fromSequence
        throw error
      })
    }
    log.info('job assigned', { jobId, streamId })
    billing.wake()
    await streams.open({ acceptance, assignment })
    if (checked && sale) await counter?.open(checked, sale.tell)
  }

  show(cover: StreamCover.StreamCover): Promise<void> {
    return this.#options.streams.show(cover)
  }

  list(listing: StreamListing.StreamListing): Promise<void> {
    return this.#options.streams.list(listing)
  }

  learnKey(epoch: bigint, key: EpochKey.EpochKey): Promise<void> {
    return this.#options.keys.add(this.streamId, { epoch, key })
  }

  keyOf(epoch: bigint): EpochKey.EpochKey | undefined {
    return this.#options.keys.newest(this.streamId, epoch)
  }

  begin(sequenceNumber: bigint, { inParts, key }: { inParts: boolean; key?: EpochKey.EpochKey | undefined }): Sink {
    const { streams } = this.#options
    const seals = key && streams.seals(sequenceNumber, key)
    const parts = new SegmentParts({ streams, sequenceNumber, seals })
    const started = this.#previous.then((previous) => {
      const { ffmpeg, drawn } = this.#options
      const program = ffmpeg()
      const transcode = startTranscode(program, {
        ...{ options: drawn.options, previous, assignedFrom: this.#assignedFrom },
        onOutput: (index, chunk) => parts.rendition(index, chunk),
      })
      seals?.start({ qps: transcode.qps, ffmpeg: `${program.path} ${program.version}` })
      return transcode
    })
    this.#runs.add(started)
    started
      .then(({ run }) => run.done)
      .catch(() => undefined)
      .finally(() => this.#runs.delete(started))
    const feed = new Feed(started)
    const counter = MpegTs.createCounter()
    return {
      failed: started
        .then(({ run }) => run.done)
        .then(
          () => new Promise<never>(() => undefined),
          (error: Error) => error,
        ),
      write: (chunk) => {
        Recipe.checkArriving(counter.push(chunk), this.#options.drawn.options)
        // If the broadcaster signs parts, ffmpeg gets the bytes of a part only after the check of the part's signature.
        if (!inParts) feed.push(chunk)
      },
      part: (part, bytes, sealed) => {
        const { workLog } = this.#options
        for (const begun of workLog.begun) assertBegun(begun, part)
        if (!this.#partClock.isStopped) {
          this.#assertPayable(part)
          this.#partClock.partArrived(() => parts.withdraw())
          parts.source(part, bytes, sealed)
          feed.after(() => workLog.recordBegun(part))
        }
        feed.push(bytes)
      },
      commit: async (segment, payload, sealed) => {
        const { workLog, domain, onDiskFull } = this.#options
        this.#partClock.segmentEnded()
        try {
          this.#assertPayable(segment)
          await assertBegunWith(workLog.begun, { segment, payload })
        } catch (error) {
          parts.withdraw()
          void started.then(({ run }) => run.kill())
          throw error
        }
        if (feed.byteLength < payload.length) feed.push(payload.subarray(feed.byteLength))
        this.#nextSequence = segment.sequenceNumber + 1n
        this.#unreceiptedMs += segment.durationMs
        this.lag.committed(segment.sequenceNumber, segment.durationMs)
        const published = this.#published.then(() => streams.publishSource(segment, payload, sealed))
        this.#published = published.catch(() => undefined)
        const work = Promise.all([started, feed.done, published]).then(([transcode]) => {
          return this.#finish(transcode, { segment, parts, seals })
        })
        // After a failure, the quantisers of the next segment follow from the newest receipt that a claim can contain.
        this.#previous = work.catch(async () => {
          parts.withdraw()
          ;(await started).run.kill()
          return workLog.lastProvableWork
        })
        try {
          return TranscodeReceipt.hash((await work).receipt, domain)
        } catch (error) {
          if (isDiskFull(error)) onDiskFull(error as Error)
          throw error
        } finally {
          this.#unreceiptedMs -= segment.durationMs
          this.lag.finished(segment.sequenceNumber)
        }
      },
      abort: () => {
        this.#partClock.segmentLost()
        parts.withdraw()
        void started.then(({ run }) => run.kill())
      },
    }
  }

  /**
   * Stops the work on all segments without a receipt. The broadcaster sends these segments to another transcoder, or again to this
   * transcoder.
   */
  abandon(): void {
    for (const started of this.#runs) void started.then(({ run }) => run.kill())
    this.settled = this.idle().then(() => {
      this.#nextSequence = this.#firstWithoutReceipt ?? this.#nextSequence
    })
  }

  refused(error: Error): void {
    const { metrics, onFault } = this.#options
    metrics.segmentRefused(error.name)
    onFault(error)
  }

  async ended(end: StreamEnd.StreamEnd): Promise<void> {
    const { streams, workLog, billing } = this.#options
    await this.idle()
    if (!workLog.end) await workLog.recordEnd(end)
    await streams.end(end)
    billing.wake()
  }

  /** Resolves when each complete segment has its receipt, or has failed. */
  async idle(): Promise<void> {
    for (let awaited: unknown; awaited !== this.#previous; ) {
      awaited = this.#previous
      await awaited
    }
  }

  /** Throws the error of `Billing.assertPayable` unless the job pays for all accepted segments, and also for this segment or part. */
  #assertPayable({ sequenceNumber, durationMs }: { sequenceNumber: bigint; durationMs: number }): void {
    const { billing, drawn } = this.#options
    billing.assertPayable(drawn.job.jobId, { sequenceNumber, durationMs: this.#unreceiptedMs + durationMs })
  }

  async #finish(
    transcode: Transcode,
    { segment, parts, seals }: { segment: Segment.Segment; parts: SegmentParts; seals: RenditionSeals | undefined },
  ): Promise<Claim.Work> {
    const { streams, workLog, renditionKey, domain, drawn, metrics } = this.#options
    const { run, qps, startedAtMs } = transcode
    await run.end()
    const datas = await transcode.datas
    const seconds = (Date.now() - startedAtMs) / 1_000
    metrics.transcoded(seconds)
    const outputs = await Promise.all(datas.map((data, index) => Recipe.measure({ data, qp: qps[index] as number })))
    const { streamId, sequenceNumber, dataHash, signature: broadcasterSignature } = segment
    const message = {
      ...{ jobId: drawn.job.jobId, streamId, sequenceNumber, dataHash, broadcasterSignature },
      transcodedDataHash: Recipe.transcodedDataHash(outputs),
    }
    const work = { receipt: await TranscodeReceipt.sign(message, renditionKey, domain), segment, outputs }
    await streams.store({ outputs, datas })
    if (transcode.assignedFrom !== this.#assignedFrom) throw new ReassignedError(segment)
    await workLog.recordWork(work, transcode.assignedFrom)
    parts.finish()
    seals?.source(segment.dataHash)
    await streams.publishRenditions({ segment, outputs, datas, seals })
    log.debug('segment transcoded', () => ({ jobId: drawn.job.jobId, sequenceNumber, seconds }))
    return work
  }
}
