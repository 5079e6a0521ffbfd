import { billOf, exemptPart, gasOf, requiredWork } from './Bill'
import { gas } from './gas'
import { demand, ethOfGas, ethOfWei, fees, honestCostPerUnit, minted, type World } from './Market'

/** The BlockRewardCut and the FeeShare of a transcoder, from 0 to 1. */
export type Rates = { blockRewardCut: number; feeShare: number }

/** The default rates of lp-relay. */
export const relayRates: Rates = { blockRewardCut: 0.02, feeShare: 0.5 }
/** The first row of the paper's table of transcoders. */
export const paperRates: Rates = { blockRewardCut: 0.01, feeShare: 0.25 }

/** The reward of a stake in a round, before a transcoder takes its cut, in ETH. */
export const rewardOf = (world: World, stake: number): number => (minted(world) * stake) / world.network.activeStake

/** The earnings of a delegator that bonds this stake to an honest transcoder with these rates, in ETH per round. */
export function delegating(world: World, stake: number, { blockRewardCut, feeShare }: Rates): number {
  const shared = (feeShare * fees(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) * (1 - blockRewardCut) + shared - delegatingCost(world)
}

/** The cost of a delegator's gas, in ETH per round. The delegator withdraws its shared fees once in each unbonding period. */
export const delegatingCost = ({ network, market }: World): number =>
  ethOfGas(gas.withdrawSharedFees / network.unbondingRounds, market)

/**
 * The earnings of a useless transcoder, in ETH per round. A _useless_ transcoder does no work, because its price is so high that no
 * broadcaster pays it. It has a BlockRewardCut of 100 % and a FeeShare of 0 %. The contract withholds its reward in each round in which it
 * has to work.
 */
export const useless = (world: World, stake: number): number =>
  exemptPart(world, stake) * rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/** The earnings of `useless` in a protocol without CompetitivenessTolerance. */
export const uselessWithoutTolerance = (world: World, stake: number): number =>
  rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/**
 * The earnings of a self-dealer, in ETH per round. A _self-dealer_ is a transcoder that posts jobs itself and does only the work of these
 * jobs (fake work). It has a BlockRewardCut of 100 % and a FeeShare of 0 %. It pays the fees to itself, so its only costs are the gas
 * and the cost of the fake work.
 */
export const selfDealing = (world: World, stake: number): number =>
  rewardOf(world, stake) - selfDealingCost(world, stake)

export const selfDealingCost = (world: World, stake: number): number =>
  ethOfGas(gasOf(billOf(world, stake)), world.market) +
  ethOfWei(requiredWork(world, stake) * world.market.fakeCost * world.market.costPerUnit)

/**
 * The earnings of a transcoder that does the part `part` of its drawn work and no other work, in ETH per round. Its _drawn work_ is the work
 * of the jobs of real broadcasters for which it is drawn. `part` must be at least `requiredPart`, so that the transcoder gets its reward.
 */
export function working(world: World, stake: number, part: number): number {
  const margin = world.market.pricePerUnit - honestCostPerUnit(world)
  const work = (part * demand(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) + ethOfWei(work * margin) - ethOfGas(gas.reward, world.market)
}
