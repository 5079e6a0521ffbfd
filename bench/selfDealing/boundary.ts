import { billOf, gasOf, requiredWork } from './Bill'
import { delegatingCost, type Rates, rewardOf, selfDealingCost } from './earnings'
import { gas } from './gas'
import { demand, feesPerReward, honestCostPerUnit, type World } from './Market'

/**
 * The BlockRewardCut of the best transcoder above which self-dealing beats delegating to it:
 * `feeShare × fees / rewards + (cost of self-dealing − cost of delegating) / reward of the stake`.
 */
export const cutBoundary = (world: World, stake: number, feeShare: number): number =>
  feeShare * feesPerReward(world) + (selfDealingCost(world, stake) - delegatingCost(world)) / rewardOf(world, stake)

/** The least fees, as a part of all rewards, at which self-dealing with a stake does not beat delegating the stake at these rates. */
export const feesThatSuffice = (world: World, stake: number, { blockRewardCut, feeShare }: Rates): number =>
  (blockRewardCut - cutBoundary(world, stake, 0)) / feeShare

/** The least number of live streams at which self-dealing does not beat delegating, at the price in `world`. Infinity if it is above 10,000. */
export function streamsThatSuffice(world: World, stake: number, { blockRewardCut, feeShare }: Rates): number {
  const most = 10_000
  const suffices = (streams: number) =>
    cutBoundary({ ...world, market: { ...world.market, streams } }, stake, feeShare) >= blockRewardCut
  let least = most + 1
  while (least > 1 && suffices(least - 1)) least--
  return least > most ? Number.POSITIVE_INFINITY : least
}

/**
 * The price in wei per unit below which fake work for the required part costs less than real work: the cost of real work minus
 * the cost of fake work. The transcoder is drawn for more real work than is required, so it can choose real work instead of fake work.
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
