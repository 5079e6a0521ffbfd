import { contractsOn } from '@lp/contracts/deployments'
import type { Hex, PublicClient } from 'viem'
import { readOptions } from '../chain/readOptions'
import { readCandidates, readJob } from '../chain/StreamDirectory'
import type { Payloads, Work } from '../check/checkSegment'
import { fetchPayload } from '../check/fetchPayload'
import * as Relay from '../client/Relay'
import type { Challenge } from './Challenge'

export type Tools = {
  client: PublicClient
  chainId: number
  fetch: typeof fetch
}

/**
 * What it takes to check a challenged segment. Rejects when the chain fails, and with the signal's reason; payloads that
 * the relays do not give are left out.
 */
export async function collect(
  challenge: Challenge,
  { tools, signal }: { tools: Tools; signal: AbortSignal },
): Promise<{ work: Work; payloads: Payloads }> {
  const { client } = tools
  const { jobId, dataHash, durationMs, outputs } = challenge
  const options = await readOptions(client, await readJob(client, jobId))
  const relays = await relaysFor(challenge, tools)
  const get = (dataHash: Hex) => fetchPayload(relays, { dataHash, signal, timeoutMs: fetchTimeoutMs })
  const [source, ...renditions] = await Promise.all([dataHash, ...outputs.map(({ dataHash }) => dataHash)].map(get))
  // ClaimsManager has followed the quantisers from receipt to receipt before it asked.
  const work: Work = { options, segment: { dataHash, durationMs }, outputs, preceding: 'verified' }
  return { work, payloads: { source, renditions } }
}

/** Of one payload from one relay: somebody who lets it trickle must not hold up the others. */
const fetchTimeoutMs = 10_000

/** The transcoder must serve what it claims; the others that were drawn may have it as well. */
async function relaysFor({ jobId, transcoder }: Challenge, { client, chainId, fetch }: Tools): Promise<Relay.Relay[]> {
  const { serviceRegistry } = contractsOn(chainId)
  const [own, candidates] = await Promise.all([
    client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] }),
    readCandidates(client, jobId),
  ])
  const uris = new Set([own, ...(candidates ?? []).flatMap(({ serviceUri }) => serviceUri ?? [])])
  return [...uris].flatMap((uri) => Relay.at(uri, fetch) ?? [])
}
