import { jobsManagerAbi, serviceRegistryAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { type Job, ProtocolError, ServiceUri, type StreamId, type typedData } from '@lp/contracts/protocol'
import type { Address, Client, Hex } from 'viem'
import { getBlockNumber, getChainId } from 'viem/actions'
import { readView } from './readView'
import { isRevert } from './revert'

export type Candidate = {
  address: Address
  /** The service URI that the transcoder has registered; `undefined` if there is none, or if it is not an http or https URI. */
  serviceUri: string | undefined
}

/** The EIP-712 domain of all signatures on this chain, except the signatures of cheques. Throws for a chain without a deployment. */
export const domainOf = (chainId: number): typedData.Domain => ({
  chainId,
  jobsManager: deploymentOn(chainId).jobsManager,
})

/**
 * The stream's newest job and its candidates in order of priority: all that a viewer of a free stream needs from the chain. Throws
 * `NotFoundError`.
 */
export async function find(
  client: Client,
  streamId: StreamId.StreamId,
): Promise<{ job: Job.Job; candidates: readonly Candidate[] }> {
  const { jobsManager } = await contracts(client)
  const jobId = await readView(client, { ...jobsManager, functionName: 'latestJob', args: [streamId] }).catch(
    (error) => {
      if (isRevert(error, 'UnknownStream')) throw new NotFoundError({ streamId })
      throw error
    },
  )
  const [job, candidates] = await Promise.all([readJob(client, jobId), readCandidates(client, jobId)])
  return { job, candidates: candidates ?? [] }
}

export async function readJob(client: Client, jobId: Hex): Promise<Job.Job> {
  const { jobsManager } = await contracts(client)
  const [job, block] = await Promise.all([
    readView(client, { ...jobsManager, functionName: 'getJob', args: [jobId] }),
    getBlockNumber(client, { cacheTime: 0 }),
  ])
  return { ...job, jobId, over: block >= job.endBlock }
}

/**
 * The candidates of a job, in order of priority. Empty when no transcoder was available at the job's price; `undefined` until the
 * draw is possible.
 */
export async function readCandidates(client: Client, jobId: Hex): Promise<readonly Candidate[] | undefined> {
  const { jobsManager, serviceRegistry } = await contracts(client)
  const addresses = await readView(client, { ...jobsManager, functionName: 'candidates', args: [jobId] }).catch(
    (error) => {
      if (isRevert(error, 'NotYetDrawable')) return undefined
      throw error
    },
  )
  if (!addresses) return undefined
  const uris = addresses.map((address) =>
    readView(client, { ...serviceRegistry, functionName: 'getServiceURI', args: [address] }),
  )
  return (await Promise.all(uris)).map((uri, index) => ({
    address: addresses[index] as Address,
    serviceUri: ServiceUri.fromText(uri),
  }))
}

/** Uses only the two ABIs that a viewer needs, because the other ABIs would double the size of the viewer's page. */
async function contracts(client: Client) {
  const deployment = deploymentOn(client.chain?.id ?? (await getChainId(client)))
  return {
    jobsManager: { abi: jobsManagerAbi, address: deployment.jobsManager },
    serviceRegistry: { abi: serviceRegistryAbi, address: deployment.serviceRegistry },
  } as const
}

export class NotFoundError extends ProtocolError {
  override readonly name = 'StreamDirectory.NotFoundError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('No job was ever posted for this stream.', { details: [`Stream: ${streamId}`] })
  }
}
