import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Job, ProtocolError, type StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { DrawnJob } from '../records/DrawnJob'
import type { Evidence } from '../records/Evidence'
import { sideFileOf } from '../storage/setAside'
import { JobLog } from './JobLog'

export type JobLogsOptions = {
  directory: string
  /** Called when a log is damaged. The relay uses the log without the damaged lines. */
  onFault(fault: Error): void
}

/** All job logs that the relay has not deleted. The files on disk are the list of these logs, also after a crash. */
export class JobLogs {
  readonly #directory: string
  readonly #onFault: JobLogsOptions['onFault']
  readonly #logs = new Map<Hex, JobLog>()
  readonly #opening = new Map<Hex, Promise<JobLog>>()

  private constructor({ directory, onFault }: JobLogsOptions) {
    this.#directory = directory
    this.#onFault = onFault
  }

  /** Reads every log in `directory`. Throws `NewerVersionError`. */
  static async open({ directory, onFault }: JobLogsOptions): Promise<JobLogs> {
    const logs = new JobLogs({ directory, onFault })
    await mkdir(directory, { recursive: true })
    for (const name of await readdir(directory)) {
      const jobId = /^(0x[0-9a-f]{64})\.jsonl$/.exec(name)?.[1]
      if (jobId) await logs.open(jobId as Hex)
    }
    return logs
  }

  all(): JobLog[] {
    return [...this.#logs.values()]
  }

  get(jobId: Hex): JobLog | undefined {
    return this.#logs.get(jobId)
  }

  /** The log of the job. Creates a log when the job has none. */
  async open(jobId: Hex): Promise<JobLog> {
    const known = this.#logs.get(jobId) ?? this.#opening.get(jobId)
    if (known) return known
    const opening = JobLog.open({ jobId, path: this.#path(jobId), onFault: this.#onFault })
    this.#opening.set(jobId, opening)
    const log = await opening.finally(() => this.#opening.delete(jobId))
    this.#logs.set(jobId, log)
    return log
  }

  /** The log of a drawn job. Records the draw when the log has no draw. Throws `OtherTermsError`, `LineLog.WriteError`. */
  async openDrawn(drawn: DrawnJob): Promise<JobLog> {
    const { jobId } = drawn.job
    const log = await this.open(jobId)
    if (!log.drawn) await log.recordDraw(drawn)
    else if (!Job.haveSameTerms(log.drawn.job, drawn.job)) throw new OtherTermsError({ jobId })
    return log
  }

  /** The receipt of a segment of a stream, from the newest job that has a receipt of this segment. */
  evidence(streamId: StreamId.StreamId, sequenceNumber: bigint): Evidence | undefined {
    const jobs = this.all().flatMap((log) => (log.drawn?.job.streamId === streamId ? { log, drawn: log.drawn } : []))
    jobs.sort((a, b) => Number(b.drawn.job.jobBlock - a.drawn.job.jobBlock))
    for (const { log, drawn } of jobs) {
      const work = log.workOn(sequenceNumber)
      const assignment = log.assignmentOf(sequenceNumber)?.assignment
      if (!work || !assignment) continue
      const preceding = log.work.findLast(
        ({ segment }) => segment.sequenceNumber < sequenceNumber && segment.sequenceNumber >= assignment.fromSequence,
      )
      return { options: drawn.options, assignment, work, preceding }
    }
    return undefined
  }

  /** Deletes the log of a job, and the file that has the damaged lines of the log. */
  async remove(jobId: Hex): Promise<void> {
    const log = this.#logs.get(jobId)
    if (!log) return
    this.#logs.delete(jobId)
    await log.close()
    for (const path of [this.#path(jobId), sideFileOf(this.#path(jobId))]) await rm(path, { force: true })
  }

  /** Deletes the log of the job if the job was never assigned to this transcoder. */
  async removeUnassigned(jobId: Hex): Promise<void> {
    if (this.get(jobId)?.isUnassigned) await this.remove(jobId)
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close()
  }

  #path(jobId: Hex): string {
    return join(this.#directory, `${jobId}.jsonl`)
  }
}

/** After a reorganisation, the terms of the job on chain differ from the terms of the job in the log. */
export class OtherTermsError extends ProtocolError {
  override readonly name = 'JobLogs.OtherTermsError'
  constructor({ jobId }: { jobId: Hex }) {
    super('A reorganisation of the chain has changed the options or the price of the job.', {
      details: [`Job: ${jobId}`],
    })
  }
}
