import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { Budget, OptionsError } from './Budget'

const options = {
  maxWeiPerByte: 10n,
  maxWeiPerMinute: 8_000n,
  maxWei: 100_000n,
  stepSeconds: 10,
  videoBytesPerSecond: 1_000,
}

describe('Budget', () => {
  test('obeys the limit for each period of one minute, and the limit for all payments', () => {
    const random = randomFrom(3)
    const budget = new Budget(options)
    const payments: { nowMs: number; amount: bigint }[] = []
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += random(20_000)) {
      const amount = BigInt(random(4_000))
      if (budget.spend(amount, nowMs)) payments.push({ nowMs, amount })
    }
    const sumOf = (chosen: typeof payments) => chosen.reduce((sum, { amount }) => sum + amount, 0n)
    const minutes = payments.map(({ nowMs: startMs }) =>
      sumOf(payments.filter(({ nowMs }) => nowMs >= startMs && nowMs < startMs + 60_000)),
    )
    expect(minutes.filter((spent) => spent > 8_000n)).toEqual([])
    expect(minutes.filter((spent) => spent > 7_000n).length).toBeGreaterThan(0)
    expect(budget.spent).toBe(sumOf(payments))
    expect(budget.spent <= 100_000n && budget.spent > 96_000n).toBe(true)
  })

  test('allows payments again after the limit was raised, and no payment after the limit was lowered to 0', () => {
    const budget = new Budget({ ...options, maxWei: 1_000n })
    expect([budget.spend(1_000n, 0), budget.spend(1n, 0)]).toEqual([true, false])
    budget.limit(1_500n)
    expect([budget.left(0), budget.spend(400n, 0)]).toEqual([500n, true])
    budget.limit(0n)
    expect([budget.spend(1n, 0), budget.spent]).toEqual([false, 1_400n])
    expect(() => budget.limit(-1n)).toThrow(OptionsError)
  })

  test('has a step that pays for `stepSeconds` of video, but is at most a quarter of `maxWeiPerMinute`', () => {
    const budget = new Budget({ ...options, maxWeiPerMinute: 100_000n })
    expect(budget.step(2n)).toBe(20_000n)
    expect(budget.step(10n)).toBe(25_000n)
  })

  test.each([
    { maxWeiPerByte: -1n },
    { maxWeiPerMinute: 2n ** 96n },
    { stepSeconds: 0 },
    { videoBytesPerSecond: Number.NaN },
  ])('refuses %o', (wrong) => {
    expect(() => new Budget({ ...options, ...wrong })).toThrow(OptionsError)
  })
})
