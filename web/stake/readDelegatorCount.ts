import { contractsOn } from '@lp/contracts/deployments'
import { eventPages } from 'lp-relay'
import { type Address, isAddressEqual, type PublicClient } from 'viem'
import { multicallOptions } from '../chain/multicallOptions'

/** No contract stores the number, so it needs all events since the first block. If the RPC gives few blocks at a time, this takes too long. */
const mostPages = 8
/** Each account needs a call. */
const mostAccounts = 2_000

/**
 * The number of accounts, without the transcoder itself, whose stake is bonded to the transcoder. Undefined if it would take too many
 * requests to find out.
 */
export async function readDelegatorCount(
  client: PublicClient,
  { chainId, transcoder, block }: { chainId: number; transcoder: Address; block: bigint },
): Promise<number | undefined> {
  const { bondingManager } = contractsOn(chainId)
  const args = { delegate: transcoder }
  const accounts = new Set<Address>()
  let pages = 0
  const search = eventPages(client, {
    ...{ fromBlock: 0n, toBlock: block },
    read: (page) => client.getContractEvents({ ...bondingManager, eventName: 'Bond', args, strict: true, ...page }),
  })
  for await (const { result, toBlock } of search) {
    for (const { args } of result) accounts.add(args.delegator)
    if (accounts.size > mostAccounts) return undefined
    if (toBlock < block && ++pages === mostPages) return undefined
  }
  accounts.delete(transcoder)
  const delegators = await client.multicall({
    ...{ ...multicallOptions, blockNumber: block },
    contracts: [...accounts].map(
      (account) => ({ ...bondingManager, functionName: 'getDelegator', args: [account] }) as const,
    ),
  })
  return delegators.filter(({ delegate }) => isAddressEqual(delegate, transcoder)).length
}
