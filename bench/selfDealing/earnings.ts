import { billOf, exemptPart, gasOf, requiredWork } from './Bill'
import { gas } from './gas'
import { demand, ethOfGas, ethOfWei, fees, honestCostPerUnit, minted, type World } from './Market'

/** What a transcoder asks of its delegators, as parts of 1. */
export type Rates = { blockRewardCut: number; feeShare: number }

/** What the relay asks when its operator says nothing. */
export const relayRates: Rates = { blockRewardCut: 0.02, feeShare: 0.5 }
/** The first row of the paper's table of transcoders. */
export const paperRates: Rates = { blockRewardCut: 0.01, feeShare: 0.25 }

/** ETH that the reward of a stake is worth, in a round. */
export const rewardOf = (world: World, stake: number): number => (minted(world) * stake) / world.network.activeStake

/** ETH a round for a stake that is delegated to an honest transcoder of these rates. */
export function passive(world: World, stake: number, { blockRewardCut, feeShare }: Rates): number {
  const shared = (feeShare * fees(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) * (1 - blockRewardCut) + shared - passiveCost(world)
}

/** ETH a round: shared fees are withdrawn once an unbonding period. */
export const passiveCost = ({ network, market }: World): number =>
  ethOfGas(gas.withdrawSharedFees / network.unbondingRounds, market)

/** Cut 100 %, share 0 %, a price that nobody pays, and no work: its reward is withheld in the rounds in which work is expected. */
export const useless = (world: World, stake: number): number =>
  exemptPart(world, stake) * rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/** The same, as it would be without CompetitivenessTolerance. */
export const unwatched = (world: World, stake: number): number =>
  rewardOf(world, stake) - ethOfGas(gas.reward, world.market)

/** Cut 100 %, share 0 %, and fake work that it pays itself for: the fees come back, the rest is spent. */
export const selfDealing = (world: World, stake: number): number =>
  rewardOf(world, stake) - selfDealingCost(world, stake)

export const selfDealingCost = (world: World, stake: number): number =>
  ethOfGas(gasOf(billOf(world, stake)), world.market) +
  ethOfWei(requiredWork(world, stake) * world.market.fakeCost * world.market.costPerUnit)

/** ETH a round for who does this part of the work that is drawn to its stake, for real. */
export function working(world: World, stake: number, part: number): number {
  const margin = world.market.pricePerUnit - honestCostPerUnit(world)
  const work = (part * demand(world) * stake) / world.network.activeStake
  return rewardOf(world, stake) + ethOfWei(work * margin) - ethOfGas(gas.reward, world.market)
}
