import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { readable } from '../chain/readable'
import type { PoolEntry } from './readRecords'

/** A call that reads this number of places needs about two million gas. Public nodes allow calls with more gas. */
const placesPerCall = 100n

/**
 * Reads the first `count` transcoders of the waitlist. Some places of the waitlist can be empty, so more than one call can be needed even
 * if `count` is small. `isCut`: the RPC refused a call, so `waiting` has only the transcoders that were read before this call.
 */
export async function readWaitlist(
  client: PublicClient,
  { chainId, blockNumber, count }: { chainId: number; blockNumber: bigint; count: number },
): Promise<{ waiting: readonly PoolEntry[]; hasMore: boolean; isCut: boolean }> {
  const { bondingManager } = contractsOn(chainId)
  const waiting: PoolEntry[] = []
  let from = 0n
  let isCut = false
  do {
    const args = [from, placesPerCall] as const
    const answer = await readable(
      client.readContract({ ...bondingManager, functionName: 'waitlist', args, blockNumber }),
    )
    isCut = answer === undefined
    const [page, next] = answer ?? [[], 0n]
    waiting.push(...page)
    from = next
  } while (from > 0n && waiting.length <= count)
  return { waiting: waiting.slice(0, count), hasMore: waiting.length > count, isCut }
}
