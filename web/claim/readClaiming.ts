import { contractsOn } from '@lp/contracts/deployments'
import { type Address, type PublicClient, zeroAddress } from 'viem'
import type { Clock } from '../chain/Clock'
import { multicallOptions } from '../chain/multicallOptions'
import type { Claiming } from './Claiming'
import type { Root } from './loadAllocation'

/** The root of the list, which never changes. */
export async function readRoot(client: PublicClient): Promise<Root> {
  const { genesisClaim } = contractsOn(client.chain?.id as number)
  const [root, count] = await client.multicall({
    ...multicallOptions,
    contracts: [
      { ...genesisClaim, functionName: 'root' },
      { ...genesisClaim, functionName: 'count' },
    ],
  })
  return { root, count: Number(count) }
}

/** Reads `Claiming` at the clock's block. `index`: the place of the allocation in the list. */
export async function readClaiming(
  client: PublicClient,
  {
    chainId,
    account,
    index,
    clock,
  }: { chainId: number; account: Address | undefined; index: number | undefined; clock: Clock },
): Promise<Claiming> {
  const { genesisClaim, livepeerToken, bondingManager, roundsManager } = contractsOn(chainId)
  const at = { blockNumber: clock.block }
  const holder = account ?? zeroAddress
  const [terms, seated, delegator, { timestamp }] = await Promise.all([
    client.multicall({
      ...{ ...multicallOptions, ...at },
      contracts: [
        { ...genesisClaim, functionName: 'closingTime' },
        { ...genesisClaim, functionName: 'isClaimed', args: [BigInt(index ?? 0)] },
        { ...livepeerToken, functionName: 'balanceOf', args: [genesisClaim.address] },
        { ...livepeerToken, functionName: 'balanceOf', args: [holder] },
        { ...roundsManager, functionName: 'currentRoundInitialized' },
        { ...bondingManager, functionName: 'parameters' },
      ],
    }),
    // With all seats taken, this answer is too long for a multicall.
    client.readContract({ ...bondingManager, functionName: 'transcoders', ...at }),
    client.readContract({ ...bondingManager, functionName: 'getDelegator', args: [holder], ...at }),
    client.getBlock(at),
  ])
  const [closingTime, isClaimed, unclaimed, balance, isRoundInitialized, bonding] = terms
  return {
    ...{ clock, timeSeconds: timestamp, closingTime, unclaimed, isRoundInitialized },
    isClaimed: index === undefined ? undefined : isClaimed,
    unbondingPeriod: bonding.unbondingPeriod,
    maxRoundSlash: bonding.maxRoundSlashAmount,
    transcoders: seated
      .map(({ transcoder, stake, blockRewardCut, feeShare }) => ({
        address: transcoder,
        stake,
        blockRewardCut,
        feeShare,
      }))
      .sort((a, b) => (b.stake > a.stake ? 1 : b.stake < a.stake ? -1 : 0)),
    position: account && {
      account,
      delegate: delegator.stake > 0n ? delegator.delegate : undefined,
      balance,
    },
  }
}
