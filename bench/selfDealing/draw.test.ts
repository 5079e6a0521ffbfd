import { describe, expect, test } from 'vitest'
import { draw, randomFrom } from '../testbeds/random'
import { billOf, drawnChance } from './Bill'
import { chanceToBeDrawn } from './draw'
import { gas } from './gas'
import { base } from './Market'
import { averageSeat } from './Network'

describe('chanceToBeDrawn', () => {
  test('is `share` ÷ `eligible` if one candidate is drawn', () => {
    expect(chanceToBeDrawn({ share: 0.03, eligible: 0.6, others: 50, candidateCount: 1 })).toBeCloseTo(0.05, 12)
  })

  test('is the number of candidates ÷ the number of eligible transcoders if all of them have the same stake', () => {
    expect(chanceToBeDrawn({ share: 0.5 / 72, eligible: 0.5, others: 71, candidateCount: 4 })).toBeCloseTo(4 / 72, 12)
  })

  test('is 1 if the number of eligible transcoders is at most the number of candidates', () => {
    expect(chanceToBeDrawn({ share: 0.5, eligible: 0.5, others: 0, candidateCount: 4 })).toBe(1)
    expect(chanceToBeDrawn({ share: 0.1, eligible: 0.5, others: 3, candidateCount: 4 })).toBeCloseTo(1, 12)
  })

  test.each([
    { share: 0.002, others: 71 },
    { share: 0.02, others: 71 },
    { share: 0.15, others: 20 },
  ])(
    'agrees with 40,000 simulated draws, if the self-dealer has the share $share of the active stake',
    ({ share, others }) => {
      const random = randomFrom(7)
      const weights = [share, ...Array.from({ length: others }, () => (0.5 - share) / others)]
      const runs = 40_000
      let hits = 0
      for (let run = 0; run < runs; run++) if (draw(random, weights, 4).includes(0)) hits++
      const expected = chanceToBeDrawn({ share, eligible: 0.5, others, candidateCount: 4 })
      const deviation = Math.sqrt((expected * (1 - expected)) / runs)
      expect(Math.abs(hits / runs - expected)).toBeLessThan(4 * deviation)
    },
  )

  test('is too low if the stakes of the other transcoders are very different: the simulated chance is higher, but less than 1.6 times as high', () => {
    const random = randomFrom(11)
    // The n-th transcoder has 1/n of the stake of the first transcoder.
    const raw = Array.from({ length: 71 }, (_, index) => 1 / (index + 1))
    const sum = raw.reduce((total, weight) => total + weight, 0)
    const share = 0.01
    const weights = [share, ...raw.map((weight) => (weight / sum) * (0.5 - share))]
    const runs = 40_000
    let hits = 0
    for (let run = 0; run < runs; run++) if (draw(random, weights, 4).includes(0)) hits++
    const equal = chanceToBeDrawn({ share, eligible: 0.5, others: 71, candidateCount: 4 })
    expect(hits / runs).toBeGreaterThan(equal)
    expect(hits / runs).toBeLessThan(equal * 1.6)
  })
})

test('`attempts` is the average number of jobs per round that a self-dealer has to post to be drawn once in two spans', () => {
  const stake = averageSeat(base.network)
  const random = randomFrom(3)
  const seats = base.network.seats / 2
  const weights = Array.from({ length: seats }, () => 1)
  const windows = 4_000
  let posted = 0
  for (let window = 0; window < windows; window++) {
    do posted++
    while (!draw(random, weights, base.network.candidateCount).includes(0))
  }
  const bill = billOf(base, stake)
  const perRound = posted / windows / (2 * base.network.spanRounds)
  expect(Math.abs(perRound / bill.attempts - 1)).toBeLessThan(0.06)
  expect(bill.attempts).toBeCloseTo(1 / drawnChance(base, stake) / 14, 12)
  expect(bill.attemptsGas).toBe(bill.attempts * gas.attempt)
})
