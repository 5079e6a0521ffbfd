import { billOf, gasOf, requiredWork } from './Bill'
import { delegatingCost, type Rates, rewardOf, selfDealingCost } from './earnings'
import { gas } from './gas'
import { demand, feesPerReward, honestCostPerUnit, type World } from './Market'

/**
 * Returns a BlockRewardCut. If an honest transcoder has this cut and the FeeShare `feeShare`, delegating the stake to this transcoder earns
 * as much as self-dealing with the stake. If the cut is higher, self-dealing earns more. The cut is
 * `feeShare × fees / rewards + (cost of self-dealing − cost of delegating) / reward of the stake`.
 */
export const cutBoundary = (world: World, stake: number, feeShare: number): number =>
  feeShare * feesPerReward(world) + (selfDealingCost(world, stake) - delegatingCost(world)) / rewardOf(world, stake)

/**
 * The least fees with which delegating the stake to a transcoder with these rates earns at least as much as self-dealing with the stake. The
 * result is a ratio: all fees of a round divided by all rewards of the round.
 */
export const feesThatSuffice = (world: World, stake: number, { blockRewardCut, feeShare }: Rates): number =>
  (blockRewardCut - cutBoundary(world, stake, 0)) / feeShare

/**
 * The least number of live streams with which delegating the stake earns at least as much as self-dealing with the stake, at the price in
 * `world`. It is Infinity if 10,000 streams are not enough.
 */
export function streamsThatSuffice(world: World, stake: number, { blockRewardCut, feeShare }: Rates): number {
  const most = 10_000
  const suffices = (streams: number) =>
    cutBoundary({ ...world, market: { ...world.market, streams } }, stake, feeShare) >= blockRewardCut
  let least = most + 1
  while (least > 1 && suffices(least - 1)) least--
  return least > most ? Number.POSITIVE_INFINITY : least
}

/**
 * A transcoder that does only the required work can do real work or fake work. If the price, in wei per unit, is below `priceBoundary`,
 * fake work earns more: the loss from real work is higher than the cost of fake work. `priceBoundary` is c − f / u. c: the cost of a unit
 * of real work. f: the cost of the required fake work in a round. u: the units of real work that the transcoder would do in a round
 * instead. The costs include gas. `priceBoundary` is 0 if the transcoder never has to work.
 */
export function priceBoundary(world: World, stake: number): number {
  if (requiredWork(world, stake) === 0) return 0
  const { fakeCost, costPerUnit, gasPriceGwei } = world.market
  const real = (world.network.requiredPart * demand(world) * stake) / world.network.activeStake
  const fakeWei =
    (gasOf(billOf(world, stake)) - gas.reward) * gasPriceGwei * 1e9 +
    requiredWork(world, stake) * fakeCost * costPerUnit
  return honestCostPerUnit(world) - fakeWei / real
}
