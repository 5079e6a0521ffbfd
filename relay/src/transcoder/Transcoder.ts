import { Hello, type ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { Intake } from '../ingest/Intake'
import * as IngestRoom from '../ingest/room'
import { logOf } from '../log'
import { greet } from '../mesh/greet'
import type { Room, Transport } from '../mesh/Transport'
import type { DrawnJob } from '../records/DrawnJob'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Billing } from './Billing'
import type { Ffmpeg } from './Ffmpeg'
import { JobStreams } from './JobStreams'
import { JobWork } from './JobWork'
import { renditionKeyOf } from './renditionKey'
import type { SegmentMetrics } from './SegmentMetrics'
import type { WorkLogs } from './WorkLog'

export type TranscoderOptions = {
  signer: PrivateKeyAccount
  domain: typedData.Domain
  transport: Transport
  /** The trackers at which broadcasters find this relay. `startNode` passes only the relay's own tracker. */
  trackers: readonly string[]
  logs: WorkLogs
  catalogue: Catalogue
  payloads: PayloadStore
  ffmpeg: Ffmpeg
  billing: Billing
  metrics: SegmentMetrics
  onFault(error: Error): void
}

type Job = { work: JobWork; room: Room }

const log = logOf('transcoder')

/** The relay needs only the channel of one broadcaster. Other peers also have a channel, until their greeting shows their role. */
const maxChannels = 256

/** Waits in the ingest room of each stream whose job's draw selected us, and transcodes for the stream's broadcaster. */
export class Transcoder {
  readonly #options: TranscoderOptions
  readonly #jobs = new Map<Hex, Promise<Job>>()
  /** Jobs whose ingest room this relay has left, but whose last segments are still being transcoded. */
  readonly #leaving = new Map<Hex, Promise<void>>()

  constructor(options: TranscoderOptions) {
    this.#options = options
    options.billing.onOver((jobId) => this.finish(jobId))
  }

  /** Joins the ingest room of a drawn job's stream. */
  join(drawn: DrawnJob): void {
    const { jobId } = drawn.job
    if (this.#jobs.has(jobId)) return
    const job = this.#join(drawn)
    this.#jobs.set(jobId, job)
    job.catch((error) => {
      this.#jobs.delete(jobId)
      this.#options.onFault(error)
    })
  }

  /**
   * Leaves the ingest room of a job whose draw does not select us: the job's broadcaster must look for another transcoder.
   * Published segments stay. The log of an assigned job also stays, because after another reorganisation the draw may select us
   * again.
   */
  leave(jobId: Hex): void {
    this.#leave(jobId).catch(this.#options.onFault)
  }

  /** Leaves a job that is over on chain, and ends its stream, because further segments would not be paid. */
  finish(jobId: Hex): void {
    this.#finish(jobId).catch(this.#options.onFault)
  }

  async close(): Promise<void> {
    for (const joining of this.#jobs.values()) {
      const job = await joining.catch(() => undefined)
      job?.room.leave()
      await job?.work.idle()
    }
    this.#jobs.clear()
  }

  async #join(drawn: DrawnJob): Promise<Job> {
    const { signer, domain, transport, trackers, logs, metrics, onFault } = this.#options
    const { jobId, streamId } = drawn.job
    await this.#leaving.get(jobId)
    const workLog = await logs.openDrawn(drawn)
    const job = { ...this.#options, drawn, workLog, renditionKey: await renditionKeyOf(signer, jobId, domain) }
    const work = new JobWork({ ...job, streams: new JobStreams(job) })
    const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers, maxChannels, offers: 2 })
    room.on('fault', (error: ProtocolError) => onFault(error))
    room.on('channel', (channel) => {
      greet(channel, {
        streamId,
        role: 'relay',
        sign: (hello) => Hello.sign(hello, signer, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
      }).then(
        (link) => {
          log.debug('peer greeted', () => ({ jobId, peer: link.id, role: link.role }))
          if (link.role === 'broadcaster')
            new Intake({ link, worker: work, offer: { jobId, streamId, domain, signer } })
          // A peer with another role does not get a second connection.
          else room.avoid(link.id)
        },
        (error: Error) => metrics.segmentRefused(error.name),
      )
    })
    return { work, room }
  }

  async #leave(jobId: Hex): Promise<void> {
    const job = await this.#jobs.get(jobId)?.catch(() => undefined)
    if (!job || !this.#jobs.delete(jobId)) return this.#leaving.get(jobId)
    job.room.leave()
    const leaving = job.work.idle().then(() => this.#options.logs.removeUnassigned(jobId))
    this.#leaving.set(jobId, leaving)
    await leaving.finally(() => this.#leaving.delete(jobId))
  }

  async #finish(jobId: Hex): Promise<void> {
    await this.#leave(jobId)
    const { catalogue } = this.#options
    const record = catalogue.records().find((record) => record.jobId === jobId)
    if (record && record.state !== 'ended') await catalogue.update(record.streamId, { state: 'ended' })
  }
}
