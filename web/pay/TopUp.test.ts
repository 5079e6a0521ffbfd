import { Cheque } from '@lp/contracts/protocol'
import { type ChequebookAccount, chequebookCalls } from 'lp-relay'
import { describe, expect, it } from 'vitest'
import { actionOf, delayOf, topUpOf } from './TopUp'

const key = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const account: ChequebookAccount = {
  ...{ deposit: 500n, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n, withdrawalDelay: 86_400n },
  key: { cap: 0n, spent: 0n, expiry: 0n },
}
const nowSeconds = 1_800_000_000n
const month = 30n * 86_400n

describe('topUpOf', () => {
  it('lets a new key use the amount and what the deposit holds already', () => {
    expect(topUpOf({ key, amount: 100n, account, nowSeconds })).toEqual({
      ...{ key, deposit: 100n, cap: 600n, expiry: nowSeconds + month },
    })
  })

  it('raises the cap of a known key by the amount, and never makes its permission shorter', () => {
    const known = { ...account, key: { cap: 600n, spent: 550n, expiry: nowSeconds + 2n * month } }
    expect(topUpOf({ key, amount: 100n, account: known, nowSeconds })).toEqual({
      ...{ key, deposit: 100n, cap: 700n, expiry: nowSeconds + 2n * month },
    })
    expect(topUpOf({ key, amount: Cheque.maxAmount, account: known, nowSeconds }).cap).toBe(Cheque.maxAmount)
  })
})

describe('actionOf', () => {
  it('is one transaction, with a review of what can be lost', () => {
    const topUp = topUpOf({ key, amount: 10n ** 16n, account, nowSeconds })
    const { call, review } = actionOf(topUp, { account, calls: chequebookCalls(31337) })
    expect(call).toMatchObject({ functionName: 'authorise', args: [key, topUp.cap, topUp.expiry], value: 10n ** 16n })
    expect(review).toMatchObject({ confirm: 'Put in 0.01 ETH', when: expect.stringContaining('24 hours') })
    expect(review.risk).toContain('which wallet pays')
    expect(actionOf({ ...topUp, deposit: 0n }, { account, calls: chequebookCalls(31337) }).review.confirm).toBe(
      'Confirm',
    )
  })
})

describe('delayOf', () => {
  it.each([
    [20n, '20 seconds'],
    [600n, '10 minutes'],
    [86_400n, '24 hours'],
  ])('writes %s s as “%s”', (seconds, text) => {
    expect(delayOf(seconds)).toBe(text)
  })
})
