import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'
import type { Clock } from '../chain/Clock'
import { multicallOptions } from '../chain/multicallOptions'
import { valuesOf } from './Decision'
import type { Governance } from './Governance'
import { readGovernanceEvents } from './readGovernanceEvents'
import { readPolls } from './readPolls'

/** Reads `Governance` at the clock's block, with the `count` newest proposals. */
export async function readGovernance(
  client: PublicClient,
  { chainId, account, clock, count }: { chainId: number; account: Address | undefined; clock: Clock; count: number },
): Promise<Governance> {
  const contracts = contractsOn(chainId)
  const { bondingManager, claimsManager, governor, jobsManager, livepeerToken, minter, randomness, roundsManager } =
    contracts
  const at = { ...multicallOptions, blockNumber: clock.block }
  const events = await readGovernanceEvents(client, { chainId, toBlock: clock.block })
  const newest = events.proposals.slice(-count).reverse()
  const [polls, network, stake, { timestamp }] = await Promise.all([
    readPolls(client, { chainId, account, block: clock.block, proposals: newest, executions: events.executions }),
    client.multicall({
      ...at,
      contracts: [
        { ...bondingManager, functionName: 'parameters' },
        { ...roundsManager, functionName: 'roundLength' },
        { ...roundsManager, functionName: 'roundLockAmount' },
        { ...claimsManager, functionName: 'parameters' },
        { ...jobsManager, functionName: 'parameters' },
        { ...minter, functionName: 'parameters' },
        { ...governor, functionName: 'parameters' },
        { ...roundsManager, functionName: 'currentRoundInitialized' },
        { ...bondingManager, functionName: 'commonPool' },
        { ...jobsManager, functionName: 'commonPool' },
        { ...claimsManager, functionName: 'verifier' },
        // A new source decides from the second block after its seating on.
        { ...randomness, functionName: 'sourceOf', args: [clock.block + 2n] },
        { ...governor, functionName: 'proposalThreshold' },
        { ...governor, functionName: 'quorum', args: [clock.block] },
        { ...livepeerToken, functionName: 'totalSupply' },
      ],
    }),
    account &&
      client.readContract({
        ...bondingManager,
        functionName: 'getDelegator',
        args: [account],
        blockNumber: clock.block,
      }),
    client.getBlock({ blockNumber: clock.block }),
  ])
  const [bonding, roundLength, roundLockAmount, claims, jobs, minting, governing, ...rest] = network
  const [isRoundInitialized, lpt, wei, verifier, source, threshold, quorum, supply] = rest
  return {
    ...{ clock, timeSeconds: timestamp, isRoundInitialized, polls, pollCount: events.proposals.length },
    ...{ updates: events.updates, seatUpdates: events.seats },
    inForce: {
      bondingManager: valuesOf('bondingManager', bonding),
      roundsManager: { roundLength, roundLockAmount },
      claimsManager: valuesOf('claimsManager', claims),
      jobsManager: valuesOf('jobsManager', jobs),
      minter: valuesOf('minter', minting),
      governor: valuesOf('governor', governing),
    },
    seats: { verifier, randomness: source },
    pools: { lpt, wei },
    ...{ threshold, quorum, supply },
    account: account && stake && { address: account, stake: stake.stake },
  }
}
