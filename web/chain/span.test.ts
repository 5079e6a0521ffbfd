import { describe, expect, it } from 'vitest'
import { inTheLast, span } from './span'

describe('span', () => {
  it('gives the duration in its largest unit, rounded to a whole number', () => {
    expect([0, 1_200, 45_000, 150_000, 5_400_000, 30 * 86_400_000].map(span)).toEqual([
      'about 1 second',
      'about 1 second',
      'about 45 seconds',
      'about 3 minutes',
      'about 2 hours',
      'about 30 days',
    ])
  })
})

describe('inTheLast', () => {
  it('writes a day as 24 hours', () => expect(inTheLast(86_400_000)).toBe('in the last 24 hours'))
})
