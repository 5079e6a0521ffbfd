import {
  type Acceptance,
  type Assignment,
  type Claim,
  MpegTs,
  ProtocolError,
  Recipe,
  Segment,
  type StreamEnd,
  type StreamId,
  TranscodeReceipt,
  type typedData,
} from '@lp/contracts/protocol'
import type { Address, PrivateKeyAccount } from 'viem'
import type { Sink, Worker } from '../ingest/Intake'
import type { DrawnJob } from '../records/DrawnJob'
import type { Rendition, Source } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Billing } from './Billing'
import type { Ffmpeg } from './Ffmpeg'
import { jobRenditions, sourceOf } from './jobRenditions'
import type { SegmentMetrics } from './SegmentMetrics'
import { startTranscode, type Transcode } from './startTranscode'
import type { WorkLog } from './WorkLog'

export type JobWorkOptions = {
  drawn: DrawnJob
  renditionKey: PrivateKeyAccount
  domain: typedData.Domain
  catalogue: Catalogue
  payloads: PayloadStore
  log: WorkLog
  ffmpeg: Ffmpeg
  billing: Billing
  metrics: SegmentMetrics
  /** The broadcaster has assigned the job to us. */
  onAssigned(drawn: DrawnJob): void
}

/** One job's work: takes verified segments, transcodes them by the recipe, writes the receipt, publishes. */
export class JobWork implements Worker {
  readonly maxPayloadBytes = Segment.maxPayloadBytes
  readonly #options: JobWorkOptions
  #nextSequence: bigint
  /** Of the newest Assignment. */
  #assignedFrom: bigint | undefined
  /** The preceding receipt, from which the quantisers follow; segments are transcoded one after the other. */
  #previous: Promise<Claim.Work | undefined>
  /** Source segments are published in their order, also when they come in a burst after an interruption. */
  #published: Promise<void> = Promise.resolve()
  /** Of the segments that are taken and have no receipt yet. */
  #unreceiptedMs = 0

  constructor(options: JobWorkOptions) {
    this.#options = options
    const { catalogue, log, drawn } = options
    this.#previous = Promise.resolve(log.lastWork)
    // What was published and has no receipt was cut off in the middle: it is wanted again.
    const wanted = log.lastWork ? log.lastWork.segment.sequenceNumber + 1n : 0n
    const from = log.assignments.at(-1)?.assignment.fromSequence
    this.#assignedFrom = from
    if (from !== undefined) this.#nextSequence = from > wanted ? from : wanted
    else this.#nextSequence = (catalogue.last(drawn.job.streamId) ?? -1n) + 1n
  }

  get nextSequence(): bigint {
    return this.#nextSequence
  }

  get renditionKey(): Address {
    return this.#options.renditionKey.address
  }

  async assigned(assignment: Assignment.Assignment, acceptance: Acceptance.Acceptance): Promise<void> {
    const { catalogue, drawn, log, billing, onAssigned } = this.#options
    const { job, options } = drawn
    const known = catalogue.record(job.streamId)
    const { fromSequence } = assignment
    // The broadcaster that comes back repeats its assignment; the acceptance that it answered first stays.
    if (this.#assignedFrom !== fromSequence) {
      await this.idle()
      // Each assignment begins after the work under the one before, so that every receipt belongs to one.
      if (fromSequence < this.#nextSequence) throw new TooEarlyError({ fromSequence, next: this.#nextSequence })
      this.#assignedFrom = fromSequence
      this.#nextSequence = fromSequence
      await log.recordAssignment({ acceptance, assignment }).catch((error) => {
        this.#assignedFrom = log.assignments.at(-1)?.assignment.fromSequence
        throw error
      })
    }
    onAssigned(drawn)
    billing.wake()
    if (known?.jobId === job.jobId && known.assignment.fromSequence === fromSequence) return
    await catalogue.open({
      streamId: job.streamId,
      jobId: job.jobId,
      transcoder: assignment.transcoder,
      options,
      acceptance,
      assignment,
      source: known?.source,
      renditions: this.#renditions(known?.source),
      state: 'live',
      end: undefined,
    })
  }

  begin(): Sink {
    const started = this.#previous.then((previous) => {
      const { ffmpeg, drawn } = this.#options
      return startTranscode(ffmpeg, { options: drawn.options, previous, assignedFrom: this.#assignedFrom })
    })
    // Bytes wait here while the segment before is finished, and go in the order in which they came.
    let fed: Promise<unknown> = started
    return {
      write: (chunk) => {
        fed = fed.then(async () => (await started).run.write(chunk))
        fed.catch(() => undefined)
      },
      commit: async (segment, payload) => {
        try {
          const { billing, drawn } = this.#options
          const durationMs = this.#unreceiptedMs + segment.durationMs
          billing.assertPayable(drawn.job.jobId, { sequenceNumber: segment.sequenceNumber, durationMs })
        } catch (error) {
          void started.then(({ run }) => run.kill())
          throw error
        }
        this.#nextSequence = segment.sequenceNumber + 1n
        this.#unreceiptedMs += segment.durationMs
        const published = this.#published.then(() => this.#publishSource(segment, payload))
        this.#published = published.catch(() => undefined)
        const work = Promise.all([started, fed, published]).then(([transcode]) => this.#finish(transcode, segment))
        // The next one goes on from the newest receipt, whether this one came so far or not.
        this.#previous = work.catch(async () => {
          ;(await started).run.kill()
          return this.#options.log.lastWork
        })
        try {
          return TranscodeReceipt.hash((await work).receipt, this.#options.domain)
        } finally {
          this.#unreceiptedMs -= segment.durationMs
        }
      },
      abort: () => void started.then(({ run }) => run.kill()),
    }
  }

  refused(error: Error): void {
    this.#options.metrics.segmentRefused(error.name)
  }

  async ended(end: StreamEnd.StreamEnd): Promise<void> {
    const { catalogue, drawn, log, billing } = this.#options
    await this.idle()
    if (!log.end) await log.recordEnd(end)
    if (catalogue.record(drawn.job.streamId)) await catalogue.update(drawn.job.streamId, { end })
    billing.wake()
  }

  /** Waits for the segments at work. */
  async idle(): Promise<void> {
    for (let awaited: unknown; awaited !== this.#previous; ) {
      awaited = this.#previous
      await awaited
    }
  }

  async #publishSource(segment: Segment.Segment, payload: Uint8Array): Promise<void> {
    const { catalogue, payloads, drawn, metrics } = this.#options
    const probe = MpegTs.probe(payload)
    Recipe.checkSource({ probe, options: drawn.options, durationMs: segment.durationMs })
    await payloads.put(segment.dataHash, payload)
    const source = sourceOf(probe)
    if (JSON.stringify(source) !== JSON.stringify(catalogue.record(segment.streamId)?.source))
      await catalogue.update(segment.streamId, { source, renditions: this.#renditions(source) })
    // One that was cut off in the middle may be out already.
    if ((catalogue.last(segment.streamId) ?? -1n) < segment.sequenceNumber)
      await catalogue.publish(segment.streamId, { ...segment, byteLength: payload.length })
    metrics.segmentAccepted()
  }

  async #finish(transcode: Transcode, segment: Segment.Segment): Promise<Claim.Work> {
    const { payloads, log, renditionKey, domain, drawn, metrics } = this.#options
    const { run, qps, startedAtMs } = transcode
    await run.end()
    const datas = await transcode.datas
    metrics.transcoded((Date.now() - startedAtMs) / 1_000)
    const outputs = await Promise.all(datas.map((data, index) => Recipe.measure({ data, qp: qps[index] as number })))
    const transcodedDataHash = Recipe.transcodedDataHash(outputs)
    const { streamId, sequenceNumber, dataHash, signature: broadcasterSignature } = segment
    const word = {
      jobId: drawn.job.jobId,
      streamId,
      sequenceNumber,
      dataHash,
      transcodedDataHash,
      broadcasterSignature,
    }
    const receipt = await TranscodeReceipt.sign(word, renditionKey, domain)
    await Promise.all(datas.map((data, index) => payloads.put((outputs[index] as Recipe.Output).dataHash, data)))
    const work = { receipt, segment, outputs }
    if (transcode.assignedFrom !== this.#assignedFrom) throw new ReassignedError(segment)
    await log.recordWork(work, transcode.assignedFrom)
    for (const [index, { streamId }] of this.#renditions(undefined).entries())
      await this.#publishRendition(streamId, {
        segment,
        output: outputs[index] as Recipe.Output,
        byteLength: (datas[index] as Uint8Array).length,
      })
    return work
  }

  async #publishRendition(
    streamId: StreamId.StreamId,
    { segment, output, byteLength }: { segment: Segment.Segment; output: Recipe.Output; byteLength: number },
  ) {
    const { catalogue, renditionKey, domain, metrics } = this.#options
    const { sequenceNumber, startTimeMs, durationMs } = segment
    const header = { streamId, sequenceNumber, startTimeMs, durationMs, dataHash: output.dataHash }
    const publication = { ...(await Segment.sign(header, renditionKey, domain)), byteLength }
    await catalogue.publish(segment.streamId, publication)
    metrics.renditionPublished()
  }

  #renditions(source: Source | undefined): Rendition[] {
    const { drawn, renditionKey } = this.#options
    return jobRenditions({ drawn, renditionKey: renditionKey.address, source })
  }
}

/** As long as a broadcaster may assign anew what is being transcoded, nobody could prove its quantisers. */
export class ReassignedError extends ProtocolError {
  override readonly name = 'JobWork.ReassignedError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('The work was assigned anew while this segment was being transcoded.', {
      details: [`Sequence number: ${sequenceNumber}`],
    })
  }
}

export class TooEarlyError extends ProtocolError {
  override readonly name = 'JobWork.TooEarlyError'
  constructor({ fromSequence, next }: { fromSequence: bigint; next: bigint }) {
    super('The assignment begins before work that was given already.', {
      details: [`Assignment from: ${fromSequence}`, `Expected: ${next} or later`],
    })
  }
}
