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

// A delegator bonds its stake to an honest transcoder. A self-dealer is a transcoder that posts jobs itself, pays itself, and does only the work
// of these jobs (fake work). A useless transcoder does no work. The tests compare the earnings of these three with equal stakes.
const seat = averageSeat(base.network)
const withMarket = (market: Partial<Market>): World => ({ ...base, market: { ...base.market, ...market } })

describe('at the points of the sweep of mainnet', () => {
  const found = sweep()

  test('self-dealing earns more than delegating at some points and less at others, and `cutBoundary` always predicts which one earns more', () => {
    expect(found.wrongPredictions).toBe(0)
    expect(found.selfDealingWins).toBeGreaterThan(0)
    expect(found.selfDealingWins).toBeLessThan(found.required)
  })

  test('a useless transcoder that must work in every round never earns more than a delegator', () => {
    expect(found.required).toBeGreaterThan(found.points / 2)
    expect(found.uselessWins).toBe(0)
  })

  test('a transcoder that must work in every round never earns more with the required work as fake work than as real work', () => {
    expect(found.fakeBeatsReal).toBe(0)
  })

  test('self-dealing always earns less than delegating to a transcoder with a BlockRewardCut of 0 %', () => {
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
  test('is the BlockRewardCut at which delegating earns as much as self-dealing', () => {
    for (const feeShare of shares) {
      const blockRewardCut = cutBoundary(base, seat, feeShare)
      expect(delegating(base, seat, { blockRewardCut, feeShare })).toBeCloseTo(selfDealing(base, seat), 12)
    }
  })

  test('is `feeShare` × fees ÷ rewards if gas and fake work cost nothing', () => {
    const free = withMarket({ gasPriceGwei: 0 })
    expect(cutBoundary(free, seat, 0.25)).toBeCloseTo(0.25 * feesPerReward(free), 12)
    expect(cutBoundary(free, seat, 0)).toBe(0)
  })

  test('is `feeShare` × fees ÷ rewards + the cost of the fake work ÷ the reward of the stake, if gas costs nothing and fake work costs as much as real work', () => {
    const world = withMarket({ gasPriceGwei: 0, fakeCost: 1 })
    const share = seat / base.network.activeStake
    const ratio = world.market.costPerUnit / world.market.pricePerUnit
    const work = (0.1 * ratio) / (1 - 0.1 * share)
    expect(cutBoundary(world, seat, 0.25)).toBeCloseTo(feesPerReward(world) * (0.25 + work), 12)
  })

  test('is lower for a larger stake, among stakes with which a transcoder must work; is higher for a higher price, FeeShare or gas price', () => {
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

test('with `streamsThatSuffice` or more live streams, self-dealing does not earn more than delegating; with one live stream less, it does', () => {
  const beats = (streams: number) =>
    selfDealing(withMarket({ streams }), seat) > delegating(withMarket({ streams }), seat, relayRates)
  const least = streamsThatSuffice(base, seat, relayRates)
  expect([least - 1, least, 2 * least, 10 * least].map(beats)).toEqual([true, false, false, false])
  expect(streamsThatSuffice(base, seat, { blockRewardCut: 0.5, feeShare: 0 })).toBe(Infinity)
})

describe('priceBoundary', () => {
  test('is lower than the cost of real work; at a price below `priceBoundary`, the required work earns more as fake work than as real work; at a higher price, it earns less as fake work', () => {
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

  test('gets all its rewards with a stake below `exemptStake`, a part of them with a stake of up to 2 × `exemptStake`, and none with a larger stake', () => {
    expect(exemptPart(base, exempt * 0.999)).toBe(1)
    expect(useless(base, exempt * 0.999)).toBe(uselessWithoutTolerance(base, exempt * 0.999))
    expect(useless(base, exempt * 1.5) + rewardGas).toBeCloseTo(rewardOf(base, exempt * 1.5) / 3, 12)
    expect(useless(base, exempt * 2.001)).toBeCloseTo(-rewardGas, 12)
  })

  test('does not have to work while its expected work in the previous span and the present span so far is below `minExpectedWork`: `exemptPart` of the time', () => {
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

  test('would earn more than a delegator if the protocol had no CompetitivenessTolerance, no broadcaster paid fees, and the additional gas of the useless transcoder were cheaper than the cut that the delegator pays', () => {
    const world = withMarket({ streams: 0 })
    const rates = { blockRewardCut: 0.1, feeShare: 0.25 }
    const perToken = minted(world) / world.network.activeStake
    const spent = (gas.reward - gas.withdrawSharedFees / world.network.unbondingRounds) * 0.1e-9
    // With this stake, the cut that the delegator pays is equal to the additional gas of the useless transcoder.
    const least = spent / (rates.blockRewardCut * perToken)
    expect(uselessWithoutTolerance(world, least * 0.99)).toBeLessThan(delegating(world, least * 0.99, rates))
    expect(uselessWithoutTolerance(world, least * 1.01)).toBeGreaterThan(delegating(world, least * 1.01, rates))
  })
})

test('the fake work of a self-dealer is `requiredPart` × its share of the active stake × the work of all transcoders, which includes the fake work', () => {
  const work = requiredWork(base, seat)
  expect(work / (demand(base) + work)).toBeCloseTo((0.1 * seat) / base.network.activeStake, 12)
})

test('a self-dealer that does not have to work pays only the gas of `reward`', () => {
  const stake = exemptStake(base) * 0.999
  expect(gasOf(billOf(base, stake))).toBe(gas.reward)
  expect(selfDealingCost(base, stake)).toBeCloseTo((gas.reward * 0.1) / 1e9, 15)
})
