import { describe, expect, it } from 'vitest'
import { parseRange } from './range'

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=50-1000', { start: 50, end: 99 }],
  ])('reads %s', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range)
  })

  it.each([
    undefined,
    '',
    'bytes=-',
    'bytes=5-4',
    'bytes=0-1,5-6',
    'chunks=0-1',
    'bytes=a-b',
    'bytes=-1-2',
    `bytes=${'9'.repeat(20)}-`,
  ])('returns undefined for %s: the gateway then serves the whole payload', (header) => {
    expect(parseRange(header, 100)).toBeUndefined()
  })

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('returns `unsatisfiable` for %s', (header) => {
    expect(parseRange(header, 100)).toBe('unsatisfiable')
  })

  it('returns `unsatisfiable` for every range of an empty payload', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable')
    expect(parseRange('bytes=-5', 0)).toBe('unsatisfiable')
  })
})
