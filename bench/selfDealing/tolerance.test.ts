import { expect, test } from 'vitest'
import { chance } from '../testbeds/chance'
import { chanceToFallBelow } from './tolerance'

test('who needs a single job falls below when none comes', () => {
  expect(chanceToFallBelow({ expectedJobs: 3, requiredPart: 0.1 })).toBeCloseTo(Math.exp(-3), 12)
  expect(chanceToFallBelow({ expectedJobs: 10, requiredPart: 0.1 })).toBeCloseTo(Math.exp(-10), 12)
})

test('who needs nothing never falls below', () => {
  expect(chanceToFallBelow({ expectedJobs: 5, requiredPart: 0 })).toBe(0)
})

test('agrees with 40,000 windows of jobs that fall to one of 144', () => {
  const random = chance(13)
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
  // A Poisson instead of a binomial of 1/144: its deviation differs by less than a hundredth.
  expect(Math.abs(below / windows - expected)).toBeLessThan(0.01)
})
