import { expect, test } from 'vitest'
import { randomFrom } from '../testbeds/random'
import { base } from './Market'
import { gainIfAllStakePays, gainOf, rewardIncrease, roundsToRepay, slashes } from './selfSlash'

const { network } = base

test('a transcoder and the ally that reports the transcoder lose together at least half of the slashed own stake, however small the own stake is', () => {
  const random = randomFrom(9)
  const contractLimit = 0.5
  for (let run = 0; run < 20_000; run++) {
    const own = 10 ** (6 * random())
    const delegated = random() < 0.1 ? 0 : 10 ** (7 * random())
    const shares = Array.from({ length: 1 + Math.floor(random() * 30) }, () => 0.001 + random() / 2)
    const finderFee = random() * contractLimit
    const losses = slashes({ ...network, finderFee, maxRoundSlash: 0.001 + random() }, { own, delegated }, shares)
    expect(losses.own).toBeGreaterThan(0)
    expect(gainOf(losses)).toBeLessThanOrEqual(-losses.own * (1 - contractLimit))
  }
})

test('a slash takes only own stake if the own stake suffices; otherwise it takes all own stake, and only the remaining loss from delegated stake', () => {
  expect(slashes(network, { own: 5_000, delegated: 5_000 }, [0.2])).toEqual({
    own: 2_000,
    delegated: 0,
    finderFee: 100,
  })
  const small = slashes(network, { own: 1_000, delegated: 9_000 }, [0.2])
  expect(small.own).toBe(1_000)
  expect(small.delegated).toBeCloseTo(1_000, 9)
  expect(small.finderFee).toBe(50)
})

test('the slashed parts of one round add up to at most `maxRoundSlash`; each slash takes its part of the stake that the earlier slashes have left', () => {
  const split = { own: 0.001, delegated: 100_000 }
  const losses = slashes(
    network,
    split,
    Array.from({ length: 30 }, () => 0.2),
  )
  expect(losses.own + losses.delegated).toBeCloseTo(100_000 * (1 - 0.8 * 0.9), 1)
})

test('a transcoder and its ally would make a gain only if the FinderFee were more than the loss of own stake', () => {
  const split = { own: 1_000, delegated: 9_000 }
  expect(gainOf(slashes({ ...network, finderFee: 0.999 }, split, [0.2]))).toBeLessThan(0)
  expect(gainOf(slashes({ ...network, finderFee: 1.001 }, split, [0.2]))).toBeGreaterThan(0)
})

test('if all stake lost the same part and the ally got the part `finderFee` of the whole loss, the transcoder and its ally together would gain if own stake ÷ all stake were below `finderFee`', () => {
  for (const delegated of [1_000, 18_999, 19_001, 1_000_000]) {
    const split = { own: 1_000, delegated }
    const ownPart = split.own / (split.own + delegated)
    expect(gainIfAllStakePays(network, split, 0.2) > 0).toBe(ownPart < network.finderFee)
  }
})

test('a slash raises the rewards of each other stake, and the higher rewards repay the loss after `roundsToRepay` rounds', () => {
  const losses = slashes(network, { own: 1_000, delegated: 999_000 }, [0.2])
  const stake = 500_000
  const left = network.activeStake - losses.own - losses.delegated
  const risen = network.mintedPerRound * stake * (1 / left - 1 / network.activeStake)
  expect(rewardIncrease(base, losses.own + losses.delegated)).toBeCloseTo(network.activeStake / left - 1, 12)
  expect(roundsToRepay(base, losses, stake) * risen).toBeCloseTo(-gainOf(losses), 6)
})
