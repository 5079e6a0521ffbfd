import { describe, expect, test } from 'vitest'
import { billOf, exemptPart, exemptStake, gasOf, requiredWork } from './Bill'
import { cutBoundary, feesThatSuffice, priceBoundary, streamsThatSuffice } from './boundary'
import {
  delegating,
  relayRates,
  rewardOf,
  selfDealing,
  selfDealingCost,
  useless,
  uselessWithoutTolerance,
  working,
} from './earnings'
import { gas } from './gas'
import { base, demand, feesPerReward, honestCostPerUnit, type Market, minted, type World } from './Market'
import { averageSeat } from './Network'
import { cuts, gasPrices, markups, points, pricedAt, shares, stakes, sweep } from './sweep'

const seat = averageSeat(base.network)
const withMarket = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })

describe('the sweep of mainnet', () => {
  const found = sweep()

  test('has points on both sides of the boundary, and the boundary predicts the winner at each point', () => {
    expect(found.wrongPredictions).toBe(0)
    expect(found.selfDealingWins).toBeGreaterThan(0)
    expect(found.selfDealingWins).toBeLessThan(found.required)
  })

  test('has no point where the transcoder must work in every round and being useless beats delegating', () => {
    expect(found.required).toBeGreaterThan(found.points / 2)
    expect(found.uselessWins).toBe(0)
  })

  test('has no point where the transcoder must work in every round and doing the required work as fake work beats doing it as real work', () => {
    expect(found.fakeBeatsReal).toBe(0)
  })

  test('has no point where the cut is 0 % and self-dealing beats delegating', () => {
    let [free, wins] = [0, 0]
    for (const { world, stake, blockRewardCut, feeShare } of points()) {
      if (blockRewardCut > 0) continue
      free++
      if (selfDealing(world, stake) >= delegating(world, stake, { blockRewardCut, feeShare })) wins++
    }
    expect(wins).toBe(0)
    expect(free).toBe(found.points / cuts.length)
  })
})

describe('cutBoundary', () => {
  test('is the cut at which self-dealing and delegating earn the same', () => {
    for (const feeShare of shares) {
      const blockRewardCut = cutBoundary(base, seat, feeShare)
      expect(delegating(base, seat, { blockRewardCut, feeShare })).toBeCloseTo(selfDealing(base, seat), 12)
    }
  })

  test('is feeShare × fees / rewards if gas costs nothing', () => {
    const free = withMarket({ gasPriceGwei: 0 })
    expect(cutBoundary(free, seat, 0.25)).toBeCloseTo(0.25 * feesPerReward(free), 12)
    expect(cutBoundary(free, seat, 0)).toBe(0)
  })

  test('contains the cost of the required work if fake work costs as much as real work', () => {
    const world = withMarket({ gasPriceGwei: 0, fakeCost: 1 })
    const share = seat / base.network.activeStake
    const ratio = world.market.costPerUnit / world.market.pricePerUnit
    const work = (0.1 * ratio) / (1 - 0.1 * share)
    expect(cutBoundary(world, seat, 0.25)).toBeCloseTo(feesPerReward(world) * (0.25 + work), 12)
  })

  test('falls when the stake of a transcoder that must work grows, and rises when the price, the FeeShare or the gas price grows', () => {
    const over = (values: readonly number[], boundary: (value: number) => number) => values.map(boundary)
    const required = stakes.filter((stake) => requiredWork(base, stake) > 0)
    expect(over(required, (stake) => cutBoundary(base, stake, 0.25))).toSatisfy(falling)
    expect(over(markups, (markup) => -cutBoundary(pricedAt(base, markup), seat, 0.25))).toSatisfy(falling)
    expect(over(shares, (share) => -cutBoundary(base, seat, share))).toSatisfy(falling)
    expect(over(gasPrices, (gasPriceGwei) => -cutBoundary(withMarket({ gasPriceGwei }), seat, 0.25))).toSatisfy(falling)
  })
})

const falling = (values: readonly number[]) =>
  values.length > 3 && values.every((value, index) => index === 0 || value < (values[index - 1] as number))

test('delegating earns more than self-dealing if the fees are above `feesThatSuffice`, and less if they are below it', () => {
  const rates = relayRates
  const least = feesThatSuffice(base, seat, rates)
  const paying = (fees: number) => withMarket({ pricePerUnit: (fees / feesPerReward(base)) * base.market.pricePerUnit })
  for (const more of [1.001, 2, 10])
    expect(selfDealing(paying(least * more), seat)).toBeLessThan(delegating(paying(least * more), seat, rates))
  expect(selfDealing(paying(least * 0.999), seat)).toBeGreaterThan(delegating(paying(least * 0.999), seat, rates))
})

test('delegating earns more than self-dealing with `streamsThatSuffice` streams or more; with one stream less, it does not', () => {
  const beats = (streams: number) =>
    selfDealing(withMarket({ streams }), seat) > delegating(withMarket({ streams }), seat, relayRates)
  const least = streamsThatSuffice(base, seat, relayRates)
  expect([least - 1, least, 2 * least, 10 * least].map(beats)).toEqual([true, false, false, false])
  expect(streamsThatSuffice(base, seat, { blockRewardCut: 0.5, feeShare: 0 })).toBe(Infinity)
})

describe('priceBoundary', () => {
  test('is lower than the cost of real work; fake work costs less than real work only below this price', () => {
    for (const gasPriceGwei of gasPrices) {
      const world = withMarket({ gasPriceGwei })
      const price = priceBoundary(world, seat)
      expect(price).toBeLessThan(honestCostPerUnit(world))
      const difference = (factor: number) => {
        const other = withMarket({ gasPriceGwei, pricePerUnit: price * factor })
        return selfDealing(other, seat) - working(other, seat, base.network.requiredPart)
      }
      expect(difference(0.99)).toBeGreaterThan(0)
      expect(difference(1.01)).toBeLessThan(0)
    }
  })
})

describe('a useless transcoder', () => {
  const exempt = exemptStake(base)
  const rewardGas = (gas.reward * 0.1) / 1e9

  test('gets all its rewards with a stake below `exemptStake`, a part of them with up to twice this stake, and none with more', () => {
    expect(exemptPart(base, exempt * 0.999)).toBe(1)
    expect(useless(base, exempt * 0.999)).toBe(uselessWithoutTolerance(base, exempt * 0.999))
    expect(useless(base, exempt * 1.5) + rewardGas).toBeCloseTo(rewardOf(base, exempt * 1.5) / 3, 12)
    expect(useless(base, exempt * 2.001)).toBeCloseTo(-rewardGas, 12)
  })

  test('is judged in each round by its work in the previous span and in the present span so far', () => {
    const { minExpectedWork, spanRounds, activeStake } = base.network
    const stake = exempt * 1.4
    const moments = 70_000
    let exempted = 0
    for (let moment = 0; moment < moments; moment++) {
      const rounds = spanRounds * (1 + (moment + 0.5) / moments)
      if ((stake / activeStake) * demand(base) * rounds < minExpectedWork) exempted++
    }
    expect(exempted / moments).toBeCloseTo(exemptPart(base, stake), 4)
  })

  test('earns more than a delegator in a protocol without CompetitivenessTolerance and without fees, if its stake is above gas cost ÷ (cut × reward per LPT)', () => {
    const world = withMarket({ streams: 0 })
    const rates = { blockRewardCut: 0.1, feeShare: 0.25 }
    const perToken = minted(world) / world.network.activeStake
    const spent = (gas.reward - gas.withdrawSharedFees / world.network.unbondingRounds) * 0.1e-9
    const least = spent / (rates.blockRewardCut * perToken)
    expect(uselessWithoutTolerance(world, least * 0.99)).toBeLessThan(delegating(world, least * 0.99, rates))
    expect(uselessWithoutTolerance(world, least * 1.01)).toBeGreaterThan(delegating(world, least * 1.01, rates))
  })
})

test('a self-dealer does the fake work `requiredPart` × its share of the active stake × all work, and all work includes this fake work', () => {
  const work = requiredWork(base, seat)
  expect(work / (demand(base) + work)).toBeCloseTo((0.1 * seat) / base.network.activeStake, 12)
})

test('a self-dealer that does not have to work pays only the gas of `reward`', () => {
  const stake = exemptStake(base) * 0.999
  expect(gasOf(billOf(base, stake))).toBe(gas.reward)
  expect(selfDealingCost(base, stake)).toBeCloseTo((gas.reward * 0.1) / 1e9, 15)
})
