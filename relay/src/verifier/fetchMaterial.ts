import { contractsOn } from '@lp/contracts/deployments'
import type { Hex, PublicClient } from 'viem'
import { readOptions } from '../chain/readOptions'
import { readCandidates, readJob } from '../chain/StreamDirectory'
import type { Payloads, Work } from '../check/checkSegment'
import { fetchPayload } from '../check/fetchPayload'
import * as Relay from '../client/Relay'
import type { Challenge } from './Challenge'

export type MaterialOptions = {
  client: PublicClient
  chainId: number
  fetch: typeof fetch
  /** Called when a relay did not serve a payload. */
  onFault(error: Error): void
  signal: AbortSignal
}

/**
 * Fetches the data for the check of a challenged segment: the job's options from the chain, and the payloads from relays. A
 * payload that no relay serves is `undefined`. Rejects when the chain does not answer. When `signal` is aborted, rejects with the
 * reason of `signal`.
 */
export async function fetchMaterial(
  challenge: Challenge,
  material: MaterialOptions,
): Promise<{ work: Work; payloads: Payloads }> {
  const { client, signal, onFault } = material
  const { jobId, dataHash, durationMs, outputs } = challenge
  const options = await readOptions(client, await readJob(client, jobId))
  const relays = await relaysFor(challenge, material)
  const get = (dataHash: Hex) => fetchPayload(relays, { dataHash, signal, onFault, timeoutMs: fetchTimeoutMs })
  const [source, ...renditions] = await Promise.all([dataHash, ...outputs.map(({ dataHash }) => dataHash)].map(get))
  // The ClaimsManager has checked that the quantisers follow from the previous receipt, before it requested the verdict.
  const work: Work = { options, segment: { dataHash, durationMs }, outputs, preceding: 'verified' }
  return { work, payloads: { source, renditions } }
}

/** The time limit for one payload from one relay: a relay that sends slowly must not delay other payloads. */
const fetchTimeoutMs = 10_000

/**
 * The transcoder must serve the payloads of the segments that it claims. The job's other candidates may also have these
 * payloads.
 */
async function relaysFor(
  { jobId, transcoder }: Challenge,
  { client, chainId, fetch }: MaterialOptions,
): Promise<Relay.Relay[]> {
  const { serviceRegistry } = contractsOn(chainId)
  const [own, candidates] = await Promise.all([
    client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] }),
    readCandidates(client, jobId),
  ])
  const uris = new Set([own, ...(candidates ?? []).flatMap(({ serviceUri }) => serviceUri ?? [])])
  return [...uris].flatMap((uri) => Relay.at(uri, fetch) ?? [])
}
