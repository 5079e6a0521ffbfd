import { describe, expect, test } from 'vitest'
import { paymentDue } from './paymentDue'

const habit = { step: 10n, maxAdvance: 20n }

describe('paymentDue', () => {
  test.each([
    // With a credit of two steps: we pay when we owe more than one step, after the bytes have come.
    [{ due: 10n, credit: 20n, isAsked: false }, 0n],
    [{ due: 11n, credit: 20n, isAsked: false }, 11n],
    [{ due: 11n, credit: 20n, isAsked: true }, 11n],
    // With a large credit: we never owe much more than one step.
    [{ due: 10n, credit: 1_000n, isAsked: true }, 0n],
    [{ due: 11n, credit: 1_000n, isAsked: false }, 11n],
    // With a small credit: we pay before the credit is used up.
    [{ due: 3n, credit: 6n, isAsked: false }, 0n],
    [{ due: 4n, credit: 6n, isAsked: false }, 4n],
    // With less credit than two steps: we pay in advance, but only if the peer has asked us to pay.
    [{ due: 0n, credit: 0n, isAsked: false }, 0n],
    [{ due: 0n, credit: 0n, isAsked: true }, 20n],
    [{ due: -10n, credit: 0n, isAsked: true }, 0n],
    [{ due: -9n, credit: 0n, isAsked: true }, 11n],
    [{ due: 1n, credit: 10n, isAsked: true }, 11n],
    // While the peer refuses to send: we pay in advance up to `maxAdvance`, but write no cheque for less than an eighth of a step.
    [{ due: -10n, credit: 0n, isAsked: true, isRefused: true }, 10n],
    [{ due: -19n, credit: 0n, isAsked: true, isRefused: true }, 0n],
    [{ due: 2n, credit: 20n, isAsked: false, isRefused: true }, 2n],
  ])('of %o is %s', (debt, amount) => {
    expect(paymentDue(debt, habit)).toBe(amount)
  })

  test('never lets us pay more than `maxAdvance` in advance, whatever credit the peer states', () => {
    for (const [credit, isRefused] of [0n, 5n, 10n, 10n ** 30n].flatMap(
      (credit) =>
        [
          [credit, false],
          [credit, true],
        ] as const,
    ))
      for (let due = -30n; due < 30n; due++) {
        const after = due - paymentDue({ due, credit, isAsked: true, isRefused }, { step: 10n, maxAdvance: 7n })
        expect(after >= -7n || after === due).toBe(true)
      }
  })
})
