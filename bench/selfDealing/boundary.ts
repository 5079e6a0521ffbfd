import { billOf, gasOf, requiredWork } from './Bill'
import { delegatingCost, type Rates, rewardOf, selfDealingCost } from './earnings'
import { gas } from './gas'
import { demand, feesPerReward, honestCostPerUnit, type World } from './Market'

/**
 * The boundary between self-dealing and delegating, as a BlockRewardCut. If an honest transcoder has this cut and the FeeShare `feeShare`,
 * delegating to this transcoder earns as much as self-dealing. If the cut is higher, self-dealing earns more. The boundary is
 * `feeShare × fees / rewards + (cost of self-dealing − cost of delegating) / reward of the stake`.
 */
export const cutBoundary = (world: World, stake: number, feeShare: number): number =>
  feeShare * feesPerReward(world) + (selfDealingCost(world, stake) - delegatingCost(world)) / rewardOf(world, stake)

/**
 * The boundary as a ratio: all fees divided by all rewards. If the ratio is equal to the boundary or higher, delegating the stake at these
 * rates earns at least as much as self-dealing with the stake.
 */
export const feesThatSuffice = (world: World, stake: number, { blockRewardCut, feeShare }: Rates): number =>
  (blockRewardCut - cutBoundary(world, stake, 0)) / feeShare

/**
 * The boundary as a number of live streams, at the price in `world`. With this number or more, delegating the stake earns at least as much as
 * self-dealing. Infinity if the boundary is above 10,000.
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
 * The boundary between real work and fake work, as a price in wei per unit. A transcoder that does only the required work can do real work or
 * fake work. Below this price, real work makes a loss, and this loss is higher than the cost of the fake work. The boundary is the
 * cost of a unit of real work, minus the cost of the fake work for each unit of required real work.
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
