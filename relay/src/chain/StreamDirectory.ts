import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError, type StreamId, type typedData } from '@lp/contracts/protocol'
import { type Address, BaseError, ContractFunctionRevertedError, type Hex, type PublicClient, zeroHash } from 'viem'

/** A job as the chain knows it. */
export type Job = {
  jobId: Hex
  streamId: StreamId.StreamId
  broadcaster: Address
  /** `TranscodingOptions.hash` of what was ordered. */
  optionsHash: Hex
  /** Wei. */
  pricePerUnit: bigint
  /** Units of a second of all renditions. */
  unitsPerSecond: bigint
  /** Block in which it was posted. */
  jobBlock: bigint
  /** First block in which it is over. */
  endBlock: bigint
  over: boolean
}

export type Candidate = {
  address: Address
  /** Where the transcoder says that it can be reached; `undefined` when it never said, or said no http(s) address. */
  serviceUri: string | undefined
}

/** What the JobsManager of this chain signs and is signed in. Throws for a chain without a deployment. */
export const domainOf = (chainId: number): typedData.Domain => ({
  chainId,
  jobsManager: contractsOn(chainId).jobsManager.address,
})

/** The stream's newest job and who may do it, in order of priority: all that a viewer needs of the chain. */
export async function find(
  client: PublicClient,
  streamId: StreamId.StreamId,
): Promise<{ job: Job; candidates: readonly Candidate[] }> {
  const chainId = await client.getChainId()
  const jobsManager = contractsOn(chainId).jobsManager
  const jobId = await client
    .readContract({ ...jobsManager, functionName: 'latestJob', args: [streamId] })
    .catch((error) => {
      if (isRevert(error, 'UnknownStream')) return zeroHash
      throw error
    })
  if (jobId === zeroHash) throw new NotFoundError({ streamId })
  const [job, candidates] = await Promise.all([readJob(client, jobId), readCandidates(client, jobId)])
  return { job, candidates: candidates ?? [] }
}

export async function readJob(client: PublicClient, jobId: Hex): Promise<Job> {
  const { jobsManager } = contractsOn(await client.getChainId())
  const [job, block] = await Promise.all([
    client.readContract({ ...jobsManager, functionName: 'getJob', args: [jobId] }),
    client.getBlockNumber({ cacheTime: 0 }),
  ])
  return { ...job, jobId, streamId: job.streamId, over: block >= job.endBlock }
}

/** In order of priority; empty when nobody was available at the price, `undefined` until the draw can be made. */
export async function readCandidates(client: PublicClient, jobId: Hex): Promise<readonly Candidate[] | undefined> {
  const { jobsManager, serviceRegistry } = contractsOn(await client.getChainId())
  const addresses = await client
    .readContract({ ...jobsManager, functionName: 'candidates', args: [jobId] })
    .catch((error) => {
      if (isRevert(error, 'NotYetDrawable')) return undefined
      throw error
    })
  if (!addresses) return undefined
  return Promise.all(
    addresses.map(async (address) => ({
      address,
      serviceUri: httpOrigin(
        await client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [address] }),
      ),
    })),
  )
}

/** Whether a call failed because the contract reverted with this custom error. */
export const isRevert = (error: unknown, errorName: string): boolean => {
  const reverted = error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  return reverted instanceof ContractFunctionRevertedError && reverted.data?.errorName === errorName
}

/** A stranger wrote the address: anything but http and https is no address to us. */
function httpOrigin(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined
  const { protocol, origin, pathname } = new URL(uri)
  return protocol === 'http:' || protocol === 'https:' ? (origin + pathname).replace(/\/+$/, '') : undefined
}

export class NotFoundError extends ProtocolError {
  override readonly name = 'StreamDirectory.NotFoundError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('No job was ever posted for this stream.', { details: [`Stream: ${streamId}`] })
  }
}
