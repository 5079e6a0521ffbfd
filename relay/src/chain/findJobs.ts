import { jobsManagerAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import type { Address, Client, Hex } from 'viem'
import { getBlockNumber, getChainId, getContractEvents, readContract } from 'viem/actions'

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n

/**
 * Jobs of a broadcaster that hold a reserve, newest first, until they explain `reservedWei` together, the sum that the
 * contract names; of those posted in the last `lookBackBlocks`.
 */
export async function findJobs(
  client: Client,
  { broadcaster, reservedWei, lookBackBlocks }: { broadcaster: Address; reservedWei: bigint; lookBackBlocks: bigint },
): Promise<Hex[]> {
  const chainId = client.chain?.id ?? (await getChainId(client))
  const jobsManager = { abi: jobsManagerAbi, address: deploymentOn(chainId).jobsManager }
  const newest = await getBlockNumber(client, { cacheTime: 0 })
  const oldest = newest > lookBackBlocks ? newest - lookBackBlocks : 0n
  const found: Hex[] = []
  let missingWei = reservedWei
  for (let toBlock = newest; missingWei > 0n && toBlock >= oldest; toBlock -= maxBlockRange) {
    const first = toBlock - maxBlockRange + 1n
    const posted = await getContractEvents(client, {
      ...{ ...jobsManager, eventName: 'NewJob', args: { broadcaster }, strict: true },
      ...{ fromBlock: first > oldest ? first : oldest, toBlock },
    })
    for (const { jobId } of posted.map(({ args }) => args).reverse()) {
      const { reserve } = await readContract(client, { ...jobsManager, functionName: 'getJob', args: [jobId] })
      if (reserve === 0n) continue
      found.push(jobId)
      missingWei -= reserve
    }
  }
  return found
}
