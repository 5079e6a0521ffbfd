import type { StreamId } from '@lp/contracts/protocol'
import type { JobLogs } from '../jobs/JobLogs'
import type { Evidence } from '../records/Evidence'

/** What we can show of our work on a segment; `undefined` when we did none, or its job is forgotten. */
export function evidenceOf(
  logs: JobLogs,
  { streamId, sequenceNumber }: { streamId: StreamId.StreamId; sequenceNumber: bigint },
): Evidence | undefined {
  const found = logs.entry(streamId, sequenceNumber)
  if (!found) return undefined
  const log = logs.get(found.jobId)
  if (!log?.drawn) return undefined
  const { assignment } = found.given
  const preceding = log.entries.findLast(
    ({ segment }) => segment.sequenceNumber < sequenceNumber && segment.sequenceNumber >= assignment.fromSequence,
  )
  return { options: log.drawn.options, assignment, work: found.entry, preceding }
}
