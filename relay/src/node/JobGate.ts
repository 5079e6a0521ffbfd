import type { Hex } from 'viem'
import type { JobWorker } from '../jobs/JobWatcher'
import type { DrawnJob } from '../records/DrawnJob'

type Options = Parameters<JobWorker['join']>[1]

/** Gives the worker only the drawn jobs that the operator allows. After a change of the blocklist, leaves jobs, or joins them after all. */
export class JobGate implements JobWorker {
  readonly #worker: JobWorker
  readonly #allows: (job: DrawnJob['job']) => boolean
  readonly #jobs = new Map<Hex, { drawn: DrawnJob; options: Options; isJoined: boolean }>()

  /** `allows` says in the log why it does not allow a job. */
  constructor(worker: JobWorker, allows: (job: DrawnJob['job']) => boolean) {
    this.#worker = worker
    this.#allows = allows
  }

  join(drawn: DrawnJob, options?: Options): void {
    const isJoined = this.#allows(drawn.job)
    this.#jobs.set(drawn.job.jobId, { drawn, options, isJoined })
    if (isJoined) this.#worker.join(drawn, options)
  }

  leave(jobId: Hex): void {
    this.#jobs.delete(jobId)
    this.#worker.leave(jobId)
  }

  finish(jobId: Hex): void {
    this.#jobs.delete(jobId)
    this.#worker.finish(jobId)
  }

  /** The blocklist has changed. */
  look(): void {
    for (const [jobId, job] of this.#jobs) {
      const isAllowed = this.#allows(job.drawn.job)
      if (job.isJoined === isAllowed) continue
      job.isJoined = isAllowed
      if (isAllowed) this.#worker.join(job.drawn, job.options)
      else this.#worker.leave(jobId)
    }
  }
}
