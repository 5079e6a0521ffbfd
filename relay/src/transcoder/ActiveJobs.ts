import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Intake } from '../ingest/Intake'
import type { Admission } from '../ingest/Worker'
import { logOf } from '../log'
import type { Peer } from '../mesh/Peer'
import type { DrawnJob } from '../records/DrawnJob'
import type { JobWork } from './JobWork'
import { type Places, ReplacedError } from './Places'

export type ActiveJobsOptions = {
  places: Places
  metrics: { late(seconds: number): void }
  /** If a segment of a job is late for longer than this, and this machine is too slow, the relay hands the job over. Default 6 s. */
  lateMs?: number | undefined
}

type Active = {
  work: Pick<JobWork, 'lag' | 'streamId' | 'abandon'>
  /** No other transcoder was drawn for the job. */
  isOnly: boolean
}

const log = logOf('transcoder')

const watchMs = 500
/**
 * As `lateMs`, for a job for which no other transcoder was drawn. A handover throws away the work on segments that have no receipt, and the
 * broadcaster can only come back to this relay, which is then further behind than before. So the relay waits as long as the page keeps its
 * segments: half a minute.
 */
const onlyLateMs = 30_000
/** After the relay was too slow and handed a job over, `isBehind` stays true for this time. */
const recoveryMs = 10_000
/**
 * After the relay was too slow and handed a job over, it does not accept this job for this time. The page keeps its segments for half a
 * minute, so a broadcaster without another transcoder can come back before segments are lost.
 */
const notAgainMs = 15_000

const latestFirst = (one: { lag: JobWork['lag'] }, other: { lag: JobWork['lag'] }) => other.lag.lateMs - one.lag.lateMs

/**
 * The jobs on which this relay may work. Serves one connection of each job, and hands a job over when this machine is too slow to
 * transcode all streams in time.
 */
export class ActiveJobs {
  readonly #options: Required<Omit<ActiveJobsOptions, 'lateMs'>>
  readonly #lateMs: number
  readonly #jobs = new Map<Hex, Active>()
  /** For each job: the connection over which its last Assignment came. */
  readonly #intakes = new Map<Hex, Intake>()
  /** Jobs that were handed over, and the time until which this relay does not accept them again. */
  readonly #handedOver = new Map<Hex, { streamId: Hex; untilMs: number }>()
  #handedOverMs = Number.NEGATIVE_INFINITY
  readonly #watch: NodeJS.Timeout

  constructor({ lateMs = 6_000, ...options }: ActiveJobsOptions) {
    this.#options = options
    this.#lateMs = lateMs
    this.#watch = setInterval(() => this.#watchLag(), watchMs).unref()
  }

  /** Whether segments of a job are late because this machine is too slow, or a job was handed over for this reason a moment ago. */
  get isBehind(): boolean {
    if (performance.now() - this.#handedOverMs < recoveryMs) return true
    return [...this.#jobs.values()].some(({ work: { lag } }) => lag.isSlow && lag.lateMs > this.#lateMs / 2)
  }

  /** Whether this relay has handed over the stream, and has got no Assignment of the stream since then. */
  isHandedOver(streamId: Hex): boolean {
    return [...this.#handedOver.values()].some((job) => job.streamId === streamId)
  }

  add(jobId: Hex, job: Active): void {
    this.#jobs.set(jobId, job)
  }

  remove(jobId: Hex): void {
    this.#jobs.delete(jobId)
    this.#handedOver.delete(jobId)
    this.#options.places.release(jobId)
  }

  /** Decides whether the broadcaster may send the stream of a job over `link`. `intake`: the relay's side of this connection. */
  admission({ job, options }: DrawnJob, { link, intake }: { link: Peer; intake(): Intake }): Admission {
    const { jobId } = job
    const { places } = this.#options
    link.on('close', () => {
      if (this.#intakes.get(jobId) !== intake()) return
      this.#intakes.delete(jobId)
      places.disconnected(jobId)
    })
    return {
      assertOpen: () => {
        if ((this.#handedOver.get(jobId)?.untilMs ?? 0) > performance.now()) throw new BehindError()
        places.assertOpen(jobId)
      },
      enter: () => {
        places.take(jobId, { options, leave: (reason) => intake().dismiss(reason) })
        this.#handedOver.delete(jobId)
        // A broadcaster can have a connection over WebRTC and one over WebSocket. We keep the one over which the last Assignment came.
        const previous = this.#intakes.get(jobId)
        this.#intakes.set(jobId, intake())
        if (previous !== intake()) previous?.close(new ReplacedError())
      },
      active: () => places.active(jobId),
      leave: () => places.release(jobId),
    }
  }

  /**
   * Hands over the jobs of all connected broadcasters, and tells the broadcasters the reason. The broadcasters then continue with other
   * transcoders.
   */
  handOver(reason: ProtocolError): void {
    for (const jobId of this.#intakes.keys()) this.#handOver(jobId, { reason, untilMs: 0 })
  }

  /** Stops the search for late segments. */
  close(): void {
    clearInterval(this.#watch)
  }

  /**
   * Hands over one job: of the jobs that are slow and late for longer than their limit, the job that is late for the longest time. The
   * other jobs then have `lateMs` to recover.
   */
  #watchLag() {
    const lags = [...this.#jobs]
      .map(([jobId, { work, isOnly }]) => ({ jobId, lag: work.lag, isOnly }))
      .sort(latestFirst)
    this.#options.metrics.late((lags[0]?.lag.lateMs ?? 0) / 1_000)
    const limitMs = (isOnly: boolean) => (isOnly ? Math.max(this.#lateMs, onlyLateMs) : this.#lateMs)
    const behind = lags.find(({ lag, isOnly }) => lag.isSlow && lag.lateMs > limitMs(isOnly))
    if (!behind || performance.now() - this.#handedOverMs < this.#lateMs) return
    const { jobId, lag } = behind
    log.warn('this machine is too slow for its streams; a stream is handed over', { jobId, lateMs: lag.lateMs })
    this.#handedOverMs = performance.now()
    this.#handOver(jobId, { reason: new BehindError(), untilMs: this.#handedOverMs + notAgainMs })
  }

  #handOver(jobId: Hex, { reason, untilMs }: { reason: ProtocolError; untilMs: number }) {
    const work = this.#jobs.get(jobId)?.work
    if (work) this.#handedOver.set(jobId, { streamId: work.streamId, untilMs })
    this.#intakes.get(jobId)?.dismiss(reason)
    work?.abandon()
    this.#options.places.release(jobId)
  }
}

export class BehindError extends ProtocolError {
  override readonly name = 'ActiveJobs.BehindError'
  constructor() {
    super('The transcoder is too slow for the stream now.')
  }
}
