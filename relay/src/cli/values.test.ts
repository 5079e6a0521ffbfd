import { describe, expect, it } from 'vitest'
import { count, gibibytes } from './values'

describe('gibibytes, the value of --max-disk', () => {
  it('returns bytes', () => {
    expect([gibibytes('200'), gibibytes('0.5')]).toEqual([200 * 1024 ** 3, 512 * 1024 ** 2])
  })

  it.each(['', '0', '-1', '0.01', '1e3', '200 GiB', '9'.repeat(400), 'NaN'])('refuses %j', (text) => {
    expect(() => gibibytes(text)).toThrow('Write a number of GiB from 0.1 up, as in 200.')
  })
})

describe('count, the value of --max-streams', () => {
  it('returns the number', () => expect(count('4')).toBe(4))

  it.each(['', '0', '-1', '1.5', '1e3', 'four', '9'.repeat(400)])('refuses %j', (text) => {
    expect(() => count(text)).toThrow('Write a whole number from 1 up.')
  })
})
