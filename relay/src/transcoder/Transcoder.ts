import { Hello, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { Intake } from '../ingest/Intake'
import * as IngestRoom from '../ingest/room'
import type { JobLogs } from '../jobs/JobLogs'
import { type DrawnJob, haveSameTerms } from '../jobs/JobWatcher'
import { greet } from '../mesh/greet'
import type { Room, Transport } from '../mesh/Transport'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Counters } from './Counters'
import type { Ffmpeg } from './Ffmpeg'
import { JobWork, type WorkToCome } from './JobWork'
import { renditionKeyOf } from './renditionKey'

export type TranscoderOptions = {
  signer: PrivateKeyAccount
  domain: typedData.Domain
  transport: Transport
  /** Where we meet broadcasters: our own tracker. */
  trackers: readonly string[]
  /** What is needed to be paid is kept here, and stays open after the job. */
  logs: JobLogs
  catalogue: Catalogue
  payloads: PayloadStore
  ffmpeg: Ffmpeg
  count: Counters
  /** Throws when nobody would pay us for so much more of a job. */
  assertPayable(jobId: Hex, work: WorkToCome): void
  /** A drawn job was given to us. */
  onAssigned(drawn: DrawnJob): void
  /** Its broadcaster has ended the stream; the signed end is in the catalogue. */
  onEnded(drawn: DrawnJob): void
  onFault(error: Error): void
}

type Job = { drawn: DrawnJob; work: JobWork; room: Room }

/** One broadcaster is expected; strangers may stand beside it until they have said who they are. */
const maxChannels = 256

/** Waits in the room of each stream that was drawn to us, and works for the broadcaster that comes. */
export class Transcoder {
  readonly #options: TranscoderOptions
  readonly #jobs = new Map<Hex, Promise<Job>>()
  /** Jobs whose last segments are still at work. */
  readonly #leaving = new Map<Hex, Promise<void>>()

  constructor(options: TranscoderOptions) {
    this.#options = options
  }

  /** Goes to the room of a job that was drawn to us. */
  take(drawn: DrawnJob): void {
    const { jobId } = drawn.job
    if (this.#jobs.has(jobId)) return
    const job = this.#open(drawn)
    this.#jobs.set(jobId, job)
    job.catch((error) => {
      this.#jobs.delete(jobId)
      this.#options.onFault(error)
    })
  }

  /**
   * A job's draw does not name us, or not any more: its broadcaster must look for another. What was published stays, and the
   * log too if work was given to us, because the draw may yet be made anew.
   */
  async leave(jobId: Hex): Promise<void> {
    const job = await this.#jobs.get(jobId)?.catch(() => undefined)
    if (!job || !this.#jobs.delete(jobId)) return this.#leaving.get(jobId)
    job.room.leave()
    const leaving = (async () => {
      await job.work.idle()
      const { logs } = this.#options
      if (logs.get(jobId)?.given.length === 0) await logs.remove(jobId)
    })()
    this.#leaving.set(jobId, leaving)
    await leaving.finally(() => this.#leaving.delete(jobId))
  }

  /** The job is over on chain: nothing more of it can be paid than what was done. */
  async drop(jobId: Hex): Promise<void> {
    const { catalogue, logs } = this.#options
    const streamId = logs.get(jobId)?.drawn?.job.streamId
    await this.leave(jobId)
    const record = streamId && catalogue.record(streamId)
    if (record?.jobId === jobId && record.state !== 'ended') await catalogue.update(record.streamId, { state: 'ended' })
  }

  async close(): Promise<void> {
    for (const opening of this.#jobs.values()) {
      const job = await opening.catch(() => undefined)
      job?.room.leave()
      await job?.work.idle()
    }
    this.#jobs.clear()
  }

  async #open(drawn: DrawnJob): Promise<Job> {
    const { signer, domain, transport, trackers, logs, catalogue, payloads, ffmpeg, count } = this.#options
    const { jobId, streamId } = drawn.job
    await this.#leaving.get(jobId)
    const log = await logs.open(jobId)
    if (!log.drawn) await log.draw(drawn)
    else if (!haveSameTerms(log.drawn.job, drawn.job)) throw new OtherTermsError({ jobId })
    const renditionKey = await renditionKeyOf(signer, jobId, domain)
    const work = new JobWork({
      ...{ drawn, renditionKey, domain, catalogue, payloads, log, ffmpeg, count },
      assertPayable: (work) => this.#options.assertPayable(jobId, work),
      onAssigned: () => this.#options.onAssigned(drawn),
      onEnded: () => this.#options.onEnded(drawn),
    })
    const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers, maxChannels, offers: 2 })
    room.on('fault', (error: ProtocolError) => this.#options.onFault(error))
    room.on('channel', (channel) => {
      greet(channel, {
        streamId,
        role: 'relay',
        sign: (hello) => Hello.sign(hello, signer, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
      }).then(
        (link) => {
          if (link.role === 'broadcaster')
            new Intake({ link, worker: work, offer: { jobId, streamId, domain, signer } })
          // Whoever else comes costs this one greeting, and no second.
          else room.avoid(link.id)
        },
        (error: Error) => count.segmentRefused(error.name),
      )
    })
    return { drawn, work, room }
  }
}

/** Its broadcaster has used a reorganisation to post another job in the place of one that we have worked for. */
export class OtherTermsError extends ProtocolError {
  override readonly name = 'Transcoder.OtherTermsError'
  constructor({ jobId }: { jobId: Hex }) {
    super('The job asks for something else than it did when it was taken.', { details: [`Job: ${jobId}`] })
  }
}
