import type { StreamId, typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import type { Evidence } from '../records/Evidence'
import type { Payloads, Work } from './checkSegment'
import { fetchPayload } from './fetchPayload'
import { type Job, type Played, verifyEvidence } from './verifyEvidence'

export type Fetched = {
  evidence: Evidence
  /** For `checkSegment`, as are `payloads`. */
  work: Work
  payloads: Payloads
}

/**
 * Everything that it takes to check a source segment, from the relay that transcoded it: signatures and hashes hold,
 * payloads that it does not have or that do not match are left out. `undefined` when the relay has no receipt for the
 * segment. Throws what `Relay.evidence` and `verifyEvidence` throw, and what `readJob` rejects with.
 */
export async function fetchEvidence({
  relay,
  streamId,
  sequenceNumber,
  played,
  readJob,
  domain,
  signal,
}: {
  relay: Relay.Relay
  streamId: StreamId.StreamId
  sequenceNumber: bigint
  /** What a viewer was given; the receipt must be for that. */
  played?: Played
  /** Asks the chain: `StreamDirectory.readJob`. */
  readJob(jobId: Hex): Promise<Job>
  domain: typedData.Domain
  signal: AbortSignal
}): Promise<Fetched | undefined> {
  const evidence = await Relay.evidence(relay, { streamId, sequenceNumber, signal })
  if (!evidence) return undefined
  const { options, assignment, work, preceding } = evidence
  const job = await readJob(assignment.jobId)
  await verifyEvidence(evidence, { streamId, sequenceNumber, job, played, domain })
  const get = (dataHash: Hex) => fetchPayload([relay], { dataHash, signal })
  const [source, ...renditions] = await Promise.all(
    [work.segment, ...work.outputs].map(({ dataHash }) => get(dataHash)),
  )
  const { segment, outputs } = work
  const before = preceding ? { outputs: preceding.outputs, durationMs: preceding.segment.durationMs } : 'none'
  return { evidence, work: { options, segment, outputs, preceding: before }, payloads: { source, renditions } }
}
