import { billOf, exemptPart, gasOf, requiredWork } from './Bill'
import { gas } from './gas'
import { demand, ethOfGas, ethOfWei, fees, honestCostPerUnit, minted, type World } from './Market'

/** A transcoder's rates, as parts of 1. */
export type Rates = { blockRewardCut: number; feeShare: number }

/** The default rates of lp-relay. */
export const relayRates: Rates = { blockRewardCut: 0.02, feeShare: 0.5 }
/** The first row of the paper's table of transcoders. */
export const paperRates: Rates = { blockRewardCut: 0.01, feeShare: 0.25 }

/** Value of the reward of a stake in a round, in ETH. */
export const rewardOf = (world: World, stake: number): number => (minted(world) * stake) / world.network.activeStake

/** ETH per round for a stake that is delegated to an honest transcoder with these rates. */
export function delegating(world: World, stake: number, { blockRewardCut, feeShare }: Rates): number {
  const shared = (feeShare * fees(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) * (1 - blockRewardCut) + shared - delegatingCost(world)
}

/** The cost of the delegator's gas, in ETH per round. The delegator withdraws its shared fees once in each unbonding period. */
export const delegatingCost = ({ network, market }: World): number =>
  ethOfGas(gas.withdrawSharedFees / network.unbondingRounds, market)

/**
 * ETH per round for a useless transcoder: cut 100 %, share 0 %, a price that no broadcaster pays, and no work. The contract withholds its
 * reward in each round in which it has to work.
 */
export const useless = (world: World, stake: number): number =>
  exemptPart(world, stake) * rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/** The earnings of `useless` in a protocol without CompetitivenessTolerance. */
export const uselessWithoutTolerance = (world: World, stake: number): number =>
  rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/**
 * ETH per round for a transcoder with cut 100 %, share 0 %, and fake work. The transcoder is also the broadcaster, so the fees return to
 * it. It pays only the gas and the cost of the fake work.
 */
export const selfDealing = (world: World, stake: number): number =>
  rewardOf(world, stake) - selfDealingCost(world, stake)

export const selfDealingCost = (world: World, stake: number): number =>
  ethOfGas(gasOf(billOf(world, stake)), world.market) +
  ethOfWei(requiredWork(world, stake) * world.market.fakeCost * world.market.costPerUnit)

/** ETH per round for a transcoder that does the part `part` of the real work for which it is drawn, and no other work. */
export function working(world: World, stake: number, part: number): number {
  const margin = world.market.pricePerUnit - honestCostPerUnit(world)
  const work = (part * demand(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) + ethOfWei(work * margin) - ethOfGas(gas.reward, world.market)
}
