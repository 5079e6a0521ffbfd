import { describe, expect, test } from 'vitest'
import { batchesOf, type CashingFacts, defaultPolicy, reasonToCash, waitAfterBounces } from './cashing'

const facts: CashingFacts = {
  ...{ owed: 4_999n, cost: 100n, withdrawal: 0n, expiry: undefined, time: 1_000_000n },
  ...{ isShort: false, isStopping: false },
}

describe('reasonToCash', () => {
  test.each<[Partial<CashingFacts>, string | undefined]>([
    [{}, undefined],
    [{ owed: 5_000n }, 'worth the gas'],
    [{ withdrawal: 1n }, 'withdrawal'],
    [{ expiry: 1_003_600n }, 'expiry'],
    [{ expiry: 1_003_601n }, undefined],
    [{ isShort: true }, 'shortfall'],
    [{ isStopping: true }, 'stop'],
    // The cheque brings no more than the cost of its gas.
    [{ owed: 100n, withdrawal: 1n, isShort: true, isStopping: true, expiry: 0n }, undefined],
  ])('with %o is %s', (change, reason) => {
    expect(reasonToCash({ ...facts, ...change }, defaultPolicy)).toBe(reason)
  })
})

test('waitAfterBounces doubles with each bounce, up to 11 days', () => {
  expect([0, 1, 2, 3].map(waitAfterBounces)).toEqual([0, 60, 120, 240])
  expect(waitAfterBounces(1_000)).toBe(60 * 2 ** 14)
})

test('a batch has at most the allowed number of cheques, and at most one of each issuer', () => {
  const due = ['0xa', '0xb', '0xA', '0xc', '0xa'].map((issuer) => ({ cheque: { issuer } }))
  const issuers = batchesOf(due, 2).map((batch) => batch.map(({ cheque }) => cheque.issuer))
  expect(issuers).toEqual([['0xa', '0xb'], ['0xA', '0xc'], ['0xa']])
})
