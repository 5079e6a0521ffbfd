import {
  type Acceptance,
  type Assignment,
  MpegTs,
  ProtocolError,
  Recipe,
  Segment,
  type StreamEnd,
  StreamId,
  TranscodeReceipt,
  type typedData,
} from '@lp/contracts/protocol'
import type { Address, PrivateKeyAccount } from 'viem'
import type { Sink, Worker } from '../ingest/Intake'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Rendition, Source } from '../storage/StreamRecord'
import type { Ffmpeg } from './ffmpeg'
import type { Entry, JobLog } from './JobLog'
import type { DrawnJob } from './JobWatcher'
import { type SegmentRun, startSegment } from './segmentRun'

/** What the work is counted by. The gateway's metrics are one. */
export type Counters = {
  segmentAccepted(): void
  segmentRefused(code: string): void
  renditionPublished(): void
  transcoded(seconds: number): void
}

export type JobWorkOptions = {
  drawn: DrawnJob
  renditionKey: PrivateKeyAccount
  domain: typedData.Domain
  catalogue: Catalogue
  payloads: PayloadStore
  log: JobLog
  ffmpeg: Ffmpeg
  count: Counters
  /** Throws when nobody would pay for so much more. */
  assertPayable(durationMs: number): void
  /** The work was given to us. */
  onAssigned(): void
  /** The stream's origin has ended it. */
  onEnded(): void
}

type Transcode = { run: SegmentRun; qps: readonly number[]; datas: Promise<Uint8Array[]>; startedAtMs: number }

/** One job's work: takes verified segments, transcodes them by the recipe, writes the receipt, publishes. */
export class JobWork implements Worker {
  readonly #options: JobWorkOptions
  #nextSequence: bigint
  /** The preceding receipt, from which the quantisers follow; segments are transcoded one after the other. */
  #previous: Promise<Entry | undefined>
  /** Source segments are published in their order, also when they come in a burst after an interruption. */
  #published: Promise<void> = Promise.resolve()
  /** Of the segments that are taken and have no receipt yet. */
  #unreceiptedMs = 0

  constructor(options: JobWorkOptions) {
    this.#options = options
    const { catalogue, log, drawn } = options
    this.#previous = Promise.resolve(log.last)
    // What was published and has no receipt was cut off in the middle: it is wanted again.
    const wanted = log.last ? log.last.segment.sequenceNumber + 1n : 0n
    const givenFrom = log.given.at(-1)?.assignment.fromSequence
    if (givenFrom !== undefined) this.#nextSequence = givenFrom > wanted ? givenFrom : wanted
    else this.#nextSequence = (catalogue.last(drawn.job.streamId) ?? -1n) + 1n
  }

  get nextSequence(): bigint {
    return this.#nextSequence
  }

  get renditionKey(): Address {
    return this.#options.renditionKey.address
  }

  get maxPayloadBytes(): number {
    return Segment.maxPayloadBytes
  }

  async assigned(assignment: Assignment.Assignment, acceptance: Acceptance.Acceptance): Promise<void> {
    const { catalogue, drawn, log, onAssigned } = this.#options
    const { job, options } = drawn
    const known = catalogue.record(job.streamId)
    const { fromSequence } = assignment
    // The broadcaster that comes back repeats its assignment; the acceptance that it answered first stays.
    if (log.given.at(-1)?.assignment.fromSequence !== fromSequence) {
      // Each assignment begins after the work under the one before, so that every receipt belongs to one.
      if (fromSequence < this.#nextSequence) throw new TooEarlyError({ fromSequence, next: this.#nextSequence })
      await this.#previous
      await log.give({ acceptance, assignment })
      this.#nextSequence = fromSequence
    }
    onAssigned()
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
    const started = this.#previous.then((previous) => this.#start(previous))
    // Bytes wait here while the segment before is finished, and go in the order in which they came.
    let fed: Promise<unknown> = started
    return {
      write: (chunk) => {
        fed = fed.then(async () => (await started).run.write(chunk))
        fed.catch(() => undefined)
      },
      commit: async (segment, payload) => {
        try {
          this.#options.assertPayable(this.#unreceiptedMs + segment.durationMs)
        } catch (error) {
          void started.then(({ run }) => run.kill())
          throw error
        }
        this.#nextSequence = segment.sequenceNumber + 1n
        this.#unreceiptedMs += segment.durationMs
        const published = this.#published.then(() => this.#publishSource(segment, payload))
        this.#published = published.catch(() => undefined)
        const before = this.#previous
        const entry = Promise.all([started, fed, published]).then(([transcode]) => this.#finish(transcode, segment))
        // A segment that fails leaves no receipt; the next one goes on from the one before.
        this.#previous = entry.catch(async () => {
          ;(await started).run.kill()
          return before
        })
        try {
          return TranscodeReceipt.hash((await entry).receipt, this.#options.domain)
        } finally {
          this.#unreceiptedMs -= segment.durationMs
        }
      },
      abort: () => void started.then(({ run }) => run.kill()),
    }
  }

  #start(previous: Entry | undefined): Transcode {
    const { ffmpeg, drawn } = this.#options
    const qps = this.#qps(previous)
    const run = startSegment(ffmpeg, { options: drawn.options, qps })
    const datas = Promise.all(run.outputs.map(collect))
    // Both fail together, and whoever commits the segment hears of it through `datas`.
    run.done.catch(() => undefined)
    datas.catch(() => undefined)
    return { run, qps, datas, startedAtMs: Date.now() }
  }

  refused(error: Error): void {
    this.#options.count.segmentRefused(error.name)
  }

  async ended(end: StreamEnd.StreamEnd): Promise<void> {
    const { catalogue, drawn, log, onEnded } = this.#options
    await this.#previous
    if (!log.end) await log.finish(end)
    if (catalogue.record(drawn.job.streamId)) await catalogue.update(drawn.job.streamId, { end })
    onEnded()
  }

  /** Waits for the segment at work. */
  async idle(): Promise<void> {
    await this.#previous
  }

  async #publishSource(segment: Segment.Segment, payload: Uint8Array): Promise<void> {
    const { catalogue, payloads, drawn, count } = this.#options
    const probe = MpegTs.probe(payload)
    Recipe.checkSource({ probe, options: drawn.options, durationMs: segment.durationMs })
    await payloads.put(segment.dataHash, payload)
    const source = sourceOf(probe)
    if (JSON.stringify(source) !== JSON.stringify(catalogue.record(segment.streamId)?.source))
      await catalogue.update(segment.streamId, { source, renditions: this.#renditions(source) })
    // One that was cut off in the middle may be out already.
    if ((catalogue.last(segment.streamId) ?? -1n) < segment.sequenceNumber)
      await catalogue.publish(segment.streamId, { ...segment, byteLength: payload.length })
    count.segmentAccepted()
  }

  async #finish(transcode: Transcode, segment: Segment.Segment): Promise<Entry> {
    const { payloads, log, renditionKey, domain, drawn, count } = this.#options
    const { options, job } = drawn
    const { run, qps, startedAtMs } = transcode
    await run.end()
    const datas = await transcode.datas
    count.transcoded((Date.now() - startedAtMs) / 1_000)
    const outputs = await Promise.all(datas.map((data, index) => Recipe.measure({ data, qp: qps[index] as number })))
    const receipt = await TranscodeReceipt.sign(
      {
        jobId: job.jobId,
        streamId: segment.streamId,
        sequenceNumber: segment.sequenceNumber,
        dataHash: segment.dataHash,
        transcodedDataHash: Recipe.transcodedDataHash(outputs),
        broadcasterSignature: segment.signature,
      },
      renditionKey,
      domain,
    )
    await Promise.all(datas.map((data, index) => payloads.put((outputs[index] as Recipe.Output).dataHash, data)))
    const entry = { receipt, segment, outputs }
    await log.append(entry)
    for (const [index] of options.renditions.entries())
      await this.#publishRendition(index, {
        segment,
        output: outputs[index] as Recipe.Output,
        byteLength: (datas[index] as Uint8Array).length,
      })
    return entry
  }

  async #publishRendition(
    index: number,
    { segment, output, byteLength }: { segment: Segment.Segment; output: Recipe.Output; byteLength: number },
  ) {
    const { catalogue, renditionKey, domain, count } = this.#options
    const { sequenceNumber, startTimeMs, durationMs } = segment
    const header = {
      streamId: this.#renditionId(index),
      sequenceNumber,
      startTimeMs,
      durationMs,
      dataHash: output.dataHash,
    }
    const publication = { ...(await Segment.sign(header, renditionKey, domain)), byteLength }
    await catalogue.publish(segment.streamId, publication)
    count.renditionPublished()
  }

  #qps(previous: Entry | undefined): number[] {
    const { log, drawn } = this.#options
    const { options } = drawn
    const assignedFrom = log.given.at(-1)?.assignment.fromSequence ?? 0n
    return options.renditions.map(({ bitrate }, index) => {
      const output = previous?.outputs[index]
      // Another transcoder came between: nobody can ask us for its receipts.
      if (!previous || !output || previous.segment.sequenceNumber < assignedFrom) return Recipe.qp0(options, index)
      return Recipe.nextQp({ ...output, targetBits: Recipe.targetBits(bitrate, previous.segment.durationMs) })
    })
  }

  #renditionId(index: number): StreamId.StreamId {
    const { drawn, renditionKey } = this.#options
    const { jobId, streamId } = drawn.job
    return StreamId.rendition({ jobId, streamId, index, renditionKey: renditionKey.address })
  }

  #renditions(source: Source | undefined): Rendition[] {
    const { options } = this.#options.drawn
    const size = source?.hasVideo ? source : options
    return options.renditions.map(({ height, bitrate }, index) => ({
      streamId: this.#renditionId(index),
      ...Recipe.renditionSize(height, size),
      bitrate,
    }))
  }
}

async function collect(output: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const sourceOf = ({ video, audio }: MpegTs.Probe): Source => ({
  width: video?.width ?? 0,
  height: video?.height ?? 0,
  hasVideo: video !== undefined,
  hasAudio: audio !== undefined,
  codecs: [video?.codec, audio?.codec].filter(Boolean).join(','),
})

export class TooEarlyError extends ProtocolError {
  override readonly name = 'JobWork.TooEarlyError'
  constructor({ fromSequence, next }: { fromSequence: bigint; next: bigint }) {
    super('The assignment begins before work that was given already.', {
      details: [`Assignment from: ${fromSequence}`, `Expected: ${next} or later`],
    })
  }
}
