import type { StreamId, typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { logOf } from '../log'
import type { Evidence } from '../records/Evidence'
import type { Payloads, Work } from './checkSegment'
import { fetchPayload } from './fetchPayload'
import { type Job, type Played, verifyEvidence } from './verifyEvidence'

const log = logOf('check')

export type Fetched = {
  evidence: Evidence
  /** `work` and `payloads` are the arguments of `checkSegment`. */
  work: Work
  payloads: Payloads
}

/**
 * Fetches everything that the check of a source segment needs, from the relay that transcoded the segment. Verifies signatures
 * and hashes. Leaves out payloads that the relay does not have, or whose hash is wrong. `undefined` when the relay has no receipt
 * for the segment. Throws the errors of `Relay.evidence`, `verifyEvidence` and `readJob`.
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
  /**
   * The segment that a viewer received. The receipt must be for this segment. Without `played`, any receipt with the sequence
   * number is accepted.
   */
  played?: Played
  /** Reads the job from the chain, as `StreamDirectory.readJob` does. */
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
  log.debug('evidence fetched', () => ({
    streamId,
    sequenceNumber,
    missing: [source, ...renditions].includes(undefined),
  }))
  const { segment, outputs } = work
  const before = preceding ? { outputs: preceding.outputs, durationMs: preceding.segment.durationMs } : 'none'
  return { evidence, work: { options, segment, outputs, preceding: before }, payloads: { source, renditions } }
}
