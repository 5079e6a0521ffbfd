import { Hello, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { Intake } from '../ingest/Intake'
import * as IngestRoom from '../ingest/room'
import type { KeyRing } from '../keys/KeyRing'
import { logOf } from '../log'
import { greet } from '../mesh/greet'
import type { Peer } from '../mesh/Peer'
import type { Channel, Room, Transport } from '../mesh/Transport'
import type { DrawnJob } from '../records/DrawnJob'
import type { Catalogue } from '../storage/Catalogue'
import type { LiveListings } from '../storage/LiveListings'
import type { PayloadStore } from '../storage/PayloadStore'
import type { ActiveJobs } from './ActiveJobs'
import type { Billing } from './Billing'
import type { Ffmpeg } from './Ffmpeg'
import { JobStreams } from './JobStreams'
import { JobWork } from './JobWork'
import type { KeyCounter } from './KeyCounter'
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
  /** The streams that this relay shows to everybody. Default: none. */
  listings?: Pick<LiveListings, 'add'> | undefined
  /** The ffmpeg program for the next segment. It changes when the relay begins to use another build of ffmpeg. */
  ffmpeg(): Ffmpeg
  billing: Billing
  metrics: SegmentMetrics
  active: ActiveJobs
  /** Stores the epoch keys of paid streams. The key server of this relay sells these keys. */
  keys: KeyRing
  /** `undefined`: this relay sells no keys. */
  counter?: KeyCounter | undefined
  /** As in `JobWork`. */
  partPatienceMs?: number | undefined
  onDiskFull(error: Error): void
  onFault(error: Error): void
}

type Job = {
  work: JobWork
  room: Room
  /** Channels over WebSocket. */
  sockets: Set<Channel>
  /** Checks the HELLO of a peer. Receives segments only from the broadcaster. */
  greet(channel: Channel): Promise<Peer>
}

const log = logOf('transcoder')

/** For one job, the relay needs only the channel of the broadcaster. Other peers have a channel until their HELLO shows their role. */
const maxChannels = 256

/** For each job whose draw selected us: waits in the ingest room of the stream (a group of peers), and transcodes for the broadcaster. */
export class Transcoder {
  readonly #options: TranscoderOptions
  readonly #jobs = new Map<Hex, Promise<Job>>()
  /** Jobs whose ingest room this relay has left, but whose last segments are still being transcoded. */
  readonly #leaving = new Map<Hex, Promise<void>>()
  constructor(options: TranscoderOptions) {
    this.#options = options
    options.billing.onOver((jobId) => this.finish(jobId))
  }

  /** Joins the ingest room of the stream of a drawn job. `isOnly`: the draw selected no other transcoder. */
  join(drawn: DrawnJob, { isOnly = false }: { isOnly?: boolean } = {}): void {
    const { jobId } = drawn.job
    if (this.#jobs.has(jobId)) return
    const job = this.#join(drawn, { isOnly })
    this.#jobs.set(jobId, job)
    job.catch((error) => {
      this.#jobs.delete(jobId)
      this.#options.onFault(error)
    })
  }

  /**
   * Leaves the ingest room of a job whose draw no longer selects us, after a reorganisation of the chain. The broadcaster must then look
   * for another transcoder. Published segments stay. If the job was assigned to us, its log also stays, because the draw may select us
   * again after another reorganisation.
   */
  leave(jobId: Hex): void {
    this.#leave(jobId).catch(this.#options.onFault)
  }

  /** Leaves a job that is over on chain, and ends its stream, because further segments would not be paid. */
  finish(jobId: Hex): void {
    this.#finish(jobId).catch(this.#options.onFault)
  }

  /** Whether a broadcaster may connect for this job. */
  expects(jobId: Hex): boolean {
    return this.#jobs.has(jobId)
  }

  /** Greets a peer that has connected over WebSocket. Closes the channel and rejects if the peer is not the job's broadcaster. */
  async greet(jobId: Hex, channel: Channel): Promise<void> {
    const job = await this.#jobs.get(jobId)
    if (!job || job.sockets.size >= maxChannels) {
      channel.close()
      throw new NotWaitingError({ jobId })
    }
    job.sockets.add(channel)
    channel.on('close', () => job.sockets.delete(channel))
    const { role } = await job.greet(channel)
    if (role === 'broadcaster') return
    channel.close()
    throw new NotBroadcasterError({ jobId })
  }

  async close(): Promise<void> {
    this.#options.active.close()
    for (const joining of this.#jobs.values()) {
      const job = await joining.catch(() => undefined)
      if (job) disconnect(job)
      await job?.work.idle()
    }
    this.#jobs.clear()
  }

  async #join(drawn: DrawnJob, { isOnly }: { isOnly: boolean }): Promise<Job> {
    const { signer, domain, transport, trackers, logs, metrics, onFault } = this.#options
    const { jobId, streamId } = drawn.job
    await this.#leaving.get(jobId)
    const workLog = await logs.openDrawn(drawn)
    const job = { ...this.#options, drawn, workLog, renditionKey: await renditionKeyOf(signer, jobId, domain) }
    const work = new JobWork({ ...job, streams: new JobStreams(job) })
    const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers, maxChannels, offers: 2 })
    room.on('fault', (error: ProtocolError) => onFault(error))
    const greetPeer = async (channel: Channel): Promise<Peer> => {
      const link = await greet(channel, {
        streamId,
        role: 'relay',
        capabilities: ['sealed'],
        sign: (hello) => Hello.sign(hello, signer, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
      }).catch((error: Error) => {
        metrics.segmentRefused(error.name)
        throw error
      })
      log.debug('peer greeted', () => ({ jobId, peer: link.id, role: link.role }))
      if (link.role === 'broadcaster') this.#receive(link, { drawn, work })
      return link
    }
    room.on('channel', (channel) => {
      greetPeer(channel).then(
        // A peer with another role does not get a second connection.
        ({ role, id }) => role !== 'broadcaster' && room.avoid(id),
        // `greet` has closed the channel.
        () => undefined,
      )
    })
    this.#options.active.add(jobId, { work, isOnly })
    return { work, room, sockets: new Set(), greet: greetPeer }
  }

  #receive(link: Peer, { drawn, work }: { drawn: DrawnJob; work: JobWork }) {
    const { signer, domain, active } = this.#options
    const { jobId, streamId } = drawn.job
    const admission = active.admission(drawn, { link, intake: () => intake })
    const intake = new Intake({ link, worker: work, offer: { jobId, streamId, domain, signer }, admission })
  }

  async #leave(jobId: Hex): Promise<void> {
    const job = await this.#jobs.get(jobId)?.catch(() => undefined)
    if (!job || !this.#jobs.delete(jobId)) return this.#leaving.get(jobId)
    this.#options.active.remove(jobId)
    disconnect(job)
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

function disconnect({ room, sockets }: Job) {
  room.leave()
  for (const channel of [...sockets]) channel.close()
}

export class NotWaitingError extends ProtocolError {
  override readonly name = 'Transcoder.NotWaitingError'
  constructor({ jobId }: { jobId: Hex }) {
    super('This relay waits for no broadcaster of the job, or too many peers have connected for this job.', {
      details: [`Job: ${jobId}`],
    })
  }
}

export class NotBroadcasterError extends ProtocolError {
  override readonly name = 'Transcoder.NotBroadcasterError'
  constructor({ jobId }: { jobId: Hex }) {
    super('The peer has not proven that it is the broadcaster of the job.', { details: [`Job: ${jobId}`] })
  }
}
