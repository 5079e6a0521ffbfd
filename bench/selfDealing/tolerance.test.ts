import { expect, test } from 'vitest'
import { randomFrom } from '../testbeds/random'
import { chanceToFallBelow } from './tolerance'

test('if one job is enough work, a transcoder gets too little work only if the draws give it no job', () => {
  expect(chanceToFallBelow({ expectedJobs: 3, requiredPart: 0.1 })).toBeCloseTo(Math.exp(-3), 12)
  expect(chanceToFallBelow({ expectedJobs: 10, requiredPart: 0.1 })).toBeCloseTo(Math.exp(-10), 12)
})

test('if no work is required, the chance of too little work is zero', () => {
  expect(chanceToFallBelow({ expectedJobs: 5, requiredPart: 0 })).toBe(0)
})

test('`chanceToFallBelow` agrees with 40,000 simulations; in each simulation, each of 432 jobs is given to one of 144 transcoders at random', () => {
  const random = randomFrom(13)
  const [jobs, seats, windows] = [432, 144, 40_000]
  const expectedJobs = jobs / seats
  let below = 0
  for (let window = 0; window < windows; window++) {
    let done = 0
    for (let job = 0; job < jobs; job++) if (random() * seats < 1) done++
    if (done < 0.5 * expectedJobs) below++
  }
  const expected = chanceToFallBelow({ expectedJobs, requiredPart: 0.5 })
  expect(expected).toBeCloseTo(Math.exp(-3) * 4, 12)
  // The model uses a Poisson distribution, but the draws have a binomial distribution with p = 1/144. The two chances differ by less than 0.01.
  expect(Math.abs(below / windows - expected)).toBeLessThan(0.01)
})
