import { describe, expect, test } from 'vitest'
import { BoundsError, freeTerms, type Terms, thresholdOf, validate } from './Terms'

const terms: Terms = { ...freeTerms, weiPerByte: 3_000n }

describe('thresholdOf', () => {
  test('is the smaller of the limits in wei and in seconds of video', () => {
    expect(thresholdOf(terms)).toBe(20n * 400_000n * 3_000n)
    expect(thresholdOf({ ...terms, maxDebtWei: 10n ** 9n })).toBe(10n ** 9n)
  })
})

describe('validate', () => {
  test('accepts free and paid terms', () => {
    expect(validate(freeTerms)).toBe(freeTerms)
    expect(validate(terms)).toBe(terms)
  })

  test.each<[string, Partial<Terms>]>([
    ['weiPerByte', { weiPerByte: -1n }],
    ['weiPerByte', { weiPerByte: 10n ** 13n }],
    ['maxDebtSeconds', { maxDebtSeconds: Number.NaN }],
    ['videoBytesPerSecond', { videoBytesPerSecond: 0 }],
    ['cutSeconds', { cutSeconds: 0 }],
    ['free.each.bytesPerSecond', { free: { ...terms.free, each: { bytesPerSecond: -1, burstBytes: 0 } } }],
    ['the threshold', { maxDebtWei: 1n }],
  ])('refuses a wrong value of %s', (name, wrong) => {
    expect(() => validate({ ...terms, ...wrong })).toThrow(BoundsError)
    expect(() => validate({ ...terms, ...wrong })).toThrow(`Value: ${name}`)
  })
})
