import { billOf, exemptStake, gasOf, isRequired, requiredWork } from './Bill'
import { passive, passiveCost, type Rates, rewardOf, selfDealing, selfDealingCost } from './earnings'
import { gas } from './gas'
import { demand, feesPerReward, honestCostPerUnit, type World } from './Market'

/**
 * The BlockRewardCut of the best transcoder above which self-dealing beats delegating to it:
 * `feeShare × fees / rewards + (cost of self-dealing − cost of delegating) / reward of the stake`.
 */
export const cutBoundary = (world: World, stake: number, feeShare: number): number =>
  feeShare * feesPerReward(world) + (selfDealingCost(world, stake) - passiveCost(world)) / rewardOf(world, stake)

/**
 * The least stake with which self-dealing beats delegating at these rates, where work is required of it; infinite when
 * none has (up to half of all stake). Its bill grows slower than its stake, so there is one such point.
 */
export function stakeBoundary(world: World, { blockRewardCut, feeShare }: Rates): number {
  const pays = (stake: number) => selfDealing(world, stake) > passive(world, stake, { blockRewardCut, feeShare })
  let [low, high] = [exemptStake(world) * (1 + 1e-9), world.network.activeStake / 2]
  if (low >= high || !pays(high)) return Number.POSITIVE_INFINITY
  if (pays(low)) return low
  while (high / low > 1 + 1e-9) {
    const middle = Math.sqrt(low * high)
    if (pays(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * Wei a unit below which faking the required part is cheaper than doing it for real, out of what is drawn anyway: what
 * real work costs, less what fake work does.
 */
export function priceBoundary(world: World, stake: number): number {
  if (!isRequired(world, stake)) return 0
  const { fakeCost, costPerUnit, gasPriceGwei } = world.market
  const real = (world.network.requiredPart * demand(world) * stake) / world.network.activeStake
  const fakeWei =
    (gasOf(billOf(world, stake)) - gas.reward) * gasPriceGwei * 1e9 +
    requiredWork(world, stake) * fakeCost * costPerUnit
  return honestCostPerUnit(world) - fakeWei / real
}
