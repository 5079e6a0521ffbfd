import { expect, it } from 'vitest'
import { spread, verdictOn } from './segments'

const values = Array.from({ length: 100 }, (_, index) => (100 - index) / 100)

it('a measurement is shown with its median, its 95th percentile, its minimum and its maximum', () => {
  expect(spread(values)).toBe('0.50 (p95 0.95; 0.01 to 1.00)')
})

it('a limit is kept if the quantile does not exceed it', () => {
  expect(verdictOn(values, [{ share: 0.5, limit: 0.5 }])).toBe('median within the limit of 0.5')
  expect(
    verdictOn(values, [
      { share: 0.95, limit: 0.94 },
      { share: 1, limit: 1 },
    ]),
  ).toBe('p95 ABOVE the limit of 0.94, maximum within the limit of 1')
})
