import type { Client } from 'viem'
import { readOptions } from '../chain/readOptions'
import { readJob } from '../chain/StreamDirectory'
import type { StreamRecord } from '../records/StreamRecord'
import type { JobLog } from './JobLog'
import type { JobLogs } from './JobLogs'

export type RestoreOptions = {
  client: Client
  logs: JobLogs
  /** The catalogue: each of its records holds an Assignment. */
  streams: { records(): StreamRecord[]; history(streamId: StreamRecord['streamId']): readonly StreamRecord[] }
  /** Called when a lost line cannot be restored. */
  onFault(fault: Error): void
}

/** Restores lost lines of job logs. Reads a lost job from the chain, and a lost Assignment from the records of the job's stream. */
export async function restoreLogs({ client, logs, streams, onFault }: RestoreOptions): Promise<void> {
  const records = streams.records().flatMap(({ streamId }) => streams.history(streamId))
  for (const log of logs.all()) {
    try {
      await restoreAssignments(log, records)
      if (!log.drawn && !log.isUnassigned) await restoreDraw(log, client)
    } catch (error) {
      onFault(error as Error)
    }
  }
}

async function restoreAssignments(log: JobLog, records: readonly StreamRecord[]): Promise<void> {
  for (const { jobId, acceptance, assignment } of records)
    if (jobId === log.jobId && log.lostAssignments.includes(assignment.fromSequence))
      await log.recordAssignment({ acceptance, assignment })
}

async function restoreDraw(log: JobLog, client: Client): Promise<void> {
  const job = await readJob(client, log.jobId)
  await log.recordDraw({ job, options: await readOptions(client, job), priority: 0 })
}
