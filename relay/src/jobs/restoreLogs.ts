import type { Client } from 'viem'
import { readOptions } from '../chain/readOptions'
import { readJob } from '../chain/StreamDirectory'
import type { StreamRecord } from '../records/StreamRecord'
import type { JobLog } from './JobLog'
import type { JobLogs } from './JobLogs'

export type RestoreOptions = {
  client: Client
  logs: JobLogs
  /** What the relay publishes of its streams; each record holds the Assignment under which it was written. */
  streams: { records(): StreamRecord[]; history(streamId: StreamRecord['streamId']): readonly StreamRecord[] }
  /** The lost line of a log was not found again. */
  onFault(fault: Error): void
}

/** Finds lost lines of logs elsewhere: the job on chain, an Assignment in the records of the stream. */
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
