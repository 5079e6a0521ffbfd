import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type Entry, type Given, JobLog } from './JobLog'

/** The jobs that we ever worked for and are not done with: what is on disk is the list, also after a crash. */
export class JobLogs {
  readonly #directory: string
  readonly #logs = new Map<Hex, JobLog>()
  readonly #opening = new Map<Hex, Promise<JobLog>>()

  private constructor(directory: string) {
    this.#directory = directory
  }

  static async open(directory: string): Promise<JobLogs> {
    const logs = new JobLogs(directory)
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

  /** The job's log; a new one when there is none. */
  async open(jobId: Hex): Promise<JobLog> {
    const known = this.#logs.get(jobId) ?? this.#opening.get(jobId)
    if (known) return known
    const opening = JobLog.open({ jobId, path: this.#path(jobId) })
    this.#opening.set(jobId, opening)
    const log = await opening.finally(() => this.#opening.delete(jobId))
    this.#logs.set(jobId, log)
    return log
  }

  /** What we gave for a segment of a stream, in its newest job that had it. */
  entry(streamId: StreamId.StreamId, sequenceNumber: bigint): { jobId: Hex; given: Given; entry: Entry } | undefined {
    const jobs = this.all().filter(({ drawn }) => drawn?.job.streamId === streamId)
    jobs.sort((a, b) => Number((b.drawn?.job.jobBlock ?? 0n) - (a.drawn?.job.jobBlock ?? 0n)))
    for (const log of jobs) {
      const [entry, given] = [log.entry(sequenceNumber), log.givenFor(sequenceNumber)]
      if (entry && given) return { jobId: log.jobId, given, entry }
    }
    return undefined
  }

  /** Forgets a job, on disk too. */
  async remove(jobId: Hex): Promise<void> {
    const log = this.#logs.get(jobId)
    if (!log) return
    this.#logs.delete(jobId)
    await log.close()
    await rm(this.#path(jobId), { force: true })
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close()
  }

  #path(jobId: Hex): string {
    return join(this.#directory, `${jobId}.jsonl`)
  }
}
