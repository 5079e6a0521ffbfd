import { describe, expect, test } from 'vitest'
import { Allowance } from '../payment/Allowance'
import { validate } from '../payment/Terms'
import { relayTerms } from './relayTerms'

describe('the terms of a relay', () => {
  test('are valid at every price, also without free bytes', () => {
    for (const weiPerByte of [0n, 1n, 10n ** 9n])
      for (const free of [{}, { freeBytesPerSecond: 0 }, { freeStartBytes: 1_000_000 }])
        expect(validate(relayTerms(weiPerByte, free)).weiPerByte).toBe(weiPerByte)
  })

  test('give new viewers at most `freeStartBytes` at once, and viewers that upload more', () => {
    const { free } = relayTerms(1n, { freeBytesPerSecond: 50_000, freeStartBytes: 1_000_000 })
    const allowance = new Allowance(free)
    expect([allowance.take('one', 2_000_000, 0), allowance.take('other', 2_000_000, 0)]).toEqual([1_000_000, 0])
    allowance.contribute('other', 300_000)
    expect(allowance.take('other', 2_000_000, 0)).toBe(300_000)
  })
})
