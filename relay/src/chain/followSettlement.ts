import { claimsManagerAbi, jobsManagerAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { type Address, type Client, formatLog, type Hex, numberToHex, parseEventLogs } from 'viem'
import { getBlock, getChainId, readContract, watchBlockNumber } from 'viem/actions'
import { reorgBlocks } from './reorgBlocks'
import { type Clock, type Event, fold, type JobTerms, type Settlement } from './Settlement'

export type FollowOptions = {
  jobId: Hex
  /** At first, and after each block that brought something; also when only time has passed. */
  onChange(settlement: Settlement): void
  /** The chain did not answer; it is asked again at the next block. */
  onFault?(error: unknown): void
}

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n
/** Over so many blocks the time between them is measured. */
const clockBlocks = 60n

/** Follows what becomes of a job's work until it is stopped: by the events of its contracts, one look a block. */
export function followSettlement(client: Client, { jobId, onChange, onFault }: FollowOptions): () => void {
  let stopped = false
  let turn: Promise<void> = Promise.resolve()
  let events: readonly Event[] = []
  let searchedTo: bigint | undefined

  const look = async (block: bigint) => {
    if (stopped) return
    const { job, clock } = await readTerms(client, jobId, block)
    const start = searchedTo === undefined ? job.jobBlock : searchedTo + 1n - reorgBlocks
    const from = start > job.jobBlock ? start : job.jobBlock
    const found = await search(client, { jobId, from, to: block })
    events = [...events.filter(({ blockNumber }) => blockNumber < from), ...found]
    searchedTo = block
    if (!stopped) onChange({ job, clock, ...fold(events) })
  }
  // One look at a time, and none for blocks that are old when their turn comes.
  let newest = 0n
  const unwatch = watchBlockNumber(client, {
    emitOnBegin: true,
    onBlockNumber(block) {
      newest = block
      turn = turn.then(() => (block === newest ? look(block) : undefined)).catch((error) => onFault?.(error))
    },
    onError: (error) => onFault?.(error),
  })
  return () => {
    stopped = true
    unwatch()
  }
}

/** What the job was ordered for, and the time on the chain's clock. */
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

async function search(
  client: Client,
  { jobId, from, to }: { jobId: Hex; from: bigint; to: bigint },
): Promise<readonly Event[]> {
  const { jobsManager, claimsManager } = await contracts(client)
  const events: Event[] = []
  for (let first = from; first <= to; first += maxBlockRange) {
    const last = first + maxBlockRange - 1n < to ? first + maxBlockRange - 1n : to
    const range = { first, last }
    const [ofJobs, ofClaims] = await Promise.all([
      logsOf(client, { address: jobsManager.address, topics: [null, jobId], ...range }),
      // The claim comes first among what its events are indexed by.
      logsOf(client, { address: claimsManager.address, topics: [null, null, jobId], ...range }),
    ])
    events.push(...parseEventLogs({ abi: jobsManagerAbi, eventName: 'JobEnded', logs: ofJobs }))
    events.push(...parseEventLogs({ abi: claimsManagerAbi, eventName: claimEvents, logs: ofClaims }))
  }
  return events
}

const claimEvents = [
  'NewClaim',
  'ChallengesSealed',
  'VerificationRequested',
  'VerdictReported',
  'FeesDistributed',
  'ClaimRefunded',
  'ClaimSlashed',
] as const satisfies Event['eventName'][]

async function logsOf(
  client: Client,
  { address, topics, first, last }: { address: Address; topics: (Hex | null)[]; first: bigint; last: bigint },
) {
  const filter = { address, topics, fromBlock: numberToHex(first), toBlock: numberToHex(last) }
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
