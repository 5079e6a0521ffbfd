import { claimsManagerAbi, jobsManagerAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { type Address, type Client, formatLog, type Hex, numberToHex, parseEventLogs } from 'viem'
import { getBlock, getChainId, readContract } from 'viem/actions'
import { BlockRunner } from './BlockRunner'
import { type BlockRange, eventPages } from './eventPages'
import { reorgBlocks } from './reorgBlocks'
import { isRevert } from './revert'
import { type Clock, type Event, fold, type JobTerms, type Settlement } from './Settlement'

export type FollowOptions = {
  jobId: Hex
  /** Called at the start and at each new block, even if only the clock has changed. */
  onChange(settlement: Settlement): void
  /**
   * Called at each new block while the chain does not know the job. An RPC that lags behind may not know a new job yet.
   */
  onUnknown?(): void
  /** Called when the chain did not answer. The next try is at the next block. */
  onFault?(error: Error): void
}

/** The number of blocks over which the time between blocks is measured. */
const clockBlocks = 60n

/**
 * Follows the claims, checks and payments of a job by the events of the contracts, until the caller calls the returned function.
 */
export function followSettlement(client: Client, options: FollowOptions): () => void {
  const { jobId, onChange, onUnknown, onFault } = options
  let isStopped = false
  let events: readonly Event[] = []
  let searchedTo: bigint | undefined

  const look = async (block: bigint) => {
    const terms = await readTerms(client, jobId, block).catch((error: unknown) => {
      if (isRevert(error, 'UnknownJob')) return undefined
      throw error
    })
    if (isStopped) return
    if (!terms) return onUnknown?.()
    const { job, clock } = terms
    const start = searchedTo === undefined ? job.jobBlock : searchedTo + 1n - reorgBlocks
    const from = start > job.jobBlock ? start : job.jobBlock
    events = events.filter(({ blockNumber }) => blockNumber < from)
    for await (const { toBlock, result } of search(client, { jobId, fromBlock: from, toBlock: block })) {
      events = [...events, ...result]
      searchedTo = toBlock
    }
    if (!isStopped) onChange({ job, clock, ...fold(events) })
  }
  const runner = new BlockRunner({ client, act: look, onFault: (error) => onFault?.(error) })
  runner.start()
  return () => {
    isStopped = true
    runner.stop()
  }
}

/** The job's terms, and the block's number and time. */
async function readTerms(client: Client, jobId: Hex, block: bigint): Promise<{ job: JobTerms; clock: Clock }> {
  const { jobsManager } = await contracts(client)
  const earlier = block > clockBlocks ? block - clockBlocks : 0n
  const [job, { timestamp }, { timestamp: before }] = await Promise.all([
    readContract(client, { ...jobsManager, functionName: 'getJob', args: [jobId] }),
    getBlock(client, { blockNumber: block }),
    getBlock(client, { blockNumber: earlier }),
  ])
  const { broadcaster, pricePerUnit, unitsPerSecond, reserve, jobBlock, endBlock, claimDeadline } = job
  const terms = { broadcaster, pricePerUnit, unitsPerSecond, reserveWei: reserve, jobBlock, endBlock, claimDeadline }
  const blockTimeMs = block > earlier ? (Number(timestamp - before) * 1_000) / Number(block - earlier) : 0
  return {
    job: { jobId, ...terms },
    clock: { block, timeMs: Number(timestamp) * 1_000, blockTimeMs },
  }
}

/** The job's events, page by page. */
const search = (client: Client, { jobId, ...range }: BlockRange & { jobId: Hex }) =>
  eventPages(client, {
    ...range,
    async read(page): Promise<Event[]> {
      const { jobsManager, claimsManager } = await contracts(client)
      const [ofJobs, ofClaims] = await Promise.all([
        logsOf(client, { address: jobsManager.address, topics: [null, jobId], ...page }),
        // The first indexed argument of these events is the claim, the second is the job.
        logsOf(client, { address: claimsManager.address, topics: [null, null, jobId], ...page }),
      ])
      return [
        ...parseEventLogs({ abi: jobsManagerAbi, eventName: 'JobEnded', logs: ofJobs }),
        ...parseEventLogs({ abi: claimsManagerAbi, eventName: claimEvents, logs: ofClaims }),
      ]
    },
  })

const claimEvents = [
  'NewClaim',
  'ChallengesSealed',
  'VerificationRequested',
  'RequestRefused',
  'VerdictReported',
  'FeesDistributed',
  'ClaimRefunded',
  'ClaimSlashed',
] as const satisfies Event['eventName'][]

async function logsOf(
  client: Client,
  { address, topics, fromBlock, toBlock }: BlockRange & { address: Address; topics: (Hex | null)[] },
) {
  const filter = { address, topics, fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
  const logs = await client.request({ method: 'eth_getLogs', params: [filter] })
  return logs.map((log) => formatLog(log))
}

async function contracts(client: Client) {
  const deployment = deploymentOn(client.chain?.id ?? (await getChainId(client)))
  return {
    jobsManager: { abi: jobsManagerAbi, address: deployment.jobsManager },
    claimsManager: { abi: claimsManagerAbi, address: deployment.claimsManager },
  } as const
}
