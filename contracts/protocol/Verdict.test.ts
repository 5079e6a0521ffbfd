import { describe, expect, it } from 'vitest'
import * as Verdict from './Verdict'

describe('fromNumber', () => {
  it('reverses toNumber', () => {
    const verdicts = ['Valid', 'Invalid', 'InputInvalid', 'Unavailable'] as const
    expect(verdicts.map(Verdict.toNumber)).toEqual([1, 2, 3, 4])
    expect(verdicts.map(Verdict.toNumber).map(Verdict.fromNumber)).toEqual(verdicts)
  })

  it('reads 0 as no verdict', () => {
    expect(Verdict.fromNumber(0)).toBeUndefined()
  })

  it('refuses a number that the contract does not know', () => {
    expect(() => Verdict.fromNumber(5)).toThrowErrorMatchingInlineSnapshot(`
      [Verdict.UnknownNumberError: No verdict has this number.
      Number: 5
      Highest: 4]
    `)
  })
})
