import { jobsManagerAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import type { Address, Client, Hex } from 'viem'
import { getBlockNumber, getChainId, getContractEvents, readContract } from 'viem/actions'
import { type BlockRange, eventPages } from './eventPages'

/**
 * Finds the jobs of a broadcaster that hold a reserve, newest first, among the jobs that were posted in the last
 * `lookBackBlocks` blocks. The search stops early when the reserves of the found jobs add up to `reservedWei`, the
 * broadcaster's total in the JobsManager. This total also contains the fines in escrow for open claims. While there are
 * such fines, the reserves stay below the total, and the function searches all `lookBackBlocks` blocks.
 */
export async function findJobs(
  client: Client,
  { broadcaster, reservedWei, lookBackBlocks }: { broadcaster: Address; reservedWei: bigint; lookBackBlocks: bigint },
): Promise<Hex[]> {
  if (reservedWei === 0n) return []
  const chainId = client.chain?.id ?? (await getChainId(client))
  const jobsManager = { abi: jobsManagerAbi, address: deploymentOn(chainId).jobsManager }
  const newest = await getBlockNumber(client, { cacheTime: 0 })
  const posted = eventPages(client, {
    fromBlock: newest > lookBackBlocks ? newest - lookBackBlocks : 0n,
    toBlock: newest,
    isBackward: true,
    read: (range: BlockRange) =>
      getContractEvents(client, { ...jobsManager, eventName: 'NewJob', args: { broadcaster }, strict: true, ...range }),
  })
  const found: Hex[] = []
  let missingWei = reservedWei
  for await (const { result } of posted)
    for (const { jobId } of result.map(({ args }) => args).reverse()) {
      const { reserve } = await readContract(client, { ...jobsManager, functionName: 'getJob', args: [jobId] })
      if (reserve === 0n) continue
      found.push(jobId)
      missingWei -= reserve
      if (missingWei <= 0n) return found
    }
  return found
}
