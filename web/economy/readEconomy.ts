import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import type { Clock } from '../chain/Clock'
import { multicallOptions } from '../chain/multicallOptions'
import type { Economy } from './Economy'

/** Reads `Economy` at the clock's block. */
export async function readEconomy(
  client: PublicClient,
  { chainId, clock }: { chainId: number; clock: Clock },
): Promise<Economy> {
  const { bondingManager, jobsManager, livepeerToken, minter, roundsManager } = contractsOn(chainId)
  const [round, supply, bonded, { participationRate }, inflation, mintable, minted, lpt, wei] = await client.multicall({
    ...{ ...multicallOptions, blockNumber: clock.block },
    contracts: [
      { ...roundsManager, functionName: 'currentRound' },
      { ...livepeerToken, functionName: 'totalSupply' },
      { ...bondingManager, functionName: 'totalBonded' },
      { ...minter, functionName: 'parameters' },
      { ...minter, functionName: 'inflation' },
      { ...minter, functionName: 'mintable' },
      { ...minter, functionName: 'minted' },
      { ...bondingManager, functionName: 'commonPool' },
      { ...jobsManager, functionName: 'commonPool' },
    ],
  })
  return { clock, round, supply, bonded, participationRate, inflation, mintable, minted, pools: { lpt, wei } }
}
