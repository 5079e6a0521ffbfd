import { type Address, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import type * as Cheque from './Cheque'
import * as Chequebook from './Chequebook'

const address = (digit: string): Address => `0x${digit.repeat(40)}`
const plain: Cheque.Channel = { issuer: address('1'), beneficiary: address('2'), splitee: zeroAddress, splitBps: 0 }
const split: Cheque.Channel = { ...plain, splitee: address('3'), splitBps: 3_333 }
const account: Chequebook.Account = { deposit: 100n, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n }
const channel: Chequebook.ChannelState = {
  ...{ paid: 0n, hardDeposit: 0n, bouncedAt: 0n, decrease: 0n, decreasableAt: 0n },
}

describe('solvency', () => {
  it('adds the hard deposit of the channel to the available, the reliable and the guaranteed funds', () => {
    const funds = Chequebook.solvency({ account, channel: { ...channel, hardDeposit: 30n } })
    expect(funds).toEqual({ available: 130n, reliable: 130n, guaranteed: 30n })
  })

  it('subtracts the announced withdrawal from the reliable funds', () => {
    const announced = { ...account, withdrawal: 60n }
    expect(Chequebook.solvency({ account: announced, channel })).toMatchObject({ available: 100n, reliable: 40n })
    const all = { ...account, withdrawal: 900n }
    const funds = Chequebook.solvency({ account: all, channel: { ...channel, hardDeposit: 30n } })
    expect(funds).toEqual({ available: 130n, reliable: 30n, guaranteed: 30n })
  })

  it('subtracts a prepared decrease from the guaranteed funds; subtracts it from the reliable funds too if a withdrawal can take it', () => {
    const decreasing = { ...channel, hardDeposit: 30n, decrease: 20n }
    expect(Chequebook.solvency({ account, channel: decreasing })).toEqual({
      ...{ available: 130n, reliable: 130n, guaranteed: 10n },
    })
    const leaving = { ...account, withdrawal: 115n }
    expect(Chequebook.solvency({ account: leaving, channel: decreasing }).reliable).toBe(15n)
    expect(Chequebook.solvency({ account, channel: { ...decreasing, decrease: 99n } }).guaranteed).toBe(0n)
  })
})

describe('outcomeOf', () => {
  it('returns the name of each outcome number of the contract', () => {
    expect([0, 1, 8].map(Chequebook.outcomeOf)).toEqual(['Paid', 'Bounced', 'NoFunds'])
    expect(Chequebook.outcomeNames.map(Chequebook.isRefused)).toEqual([...Array(3).fill(false), ...Array(6).fill(true)])
    expect(() => Chequebook.outcomeOf(9)).toThrowErrorMatchingInlineSnapshot(`
      [Chequebook.UnknownNumberError: No outcome of a cash-out has this number.
      Number: 9
      Highest: 8]
    `)
  })
})

/** Numbers that look random and are the same in each run. */
function randoms(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return BigInt(Math.floor((state / 2 ** 32) * limit))
  }
}

describe('payable', () => {
  // The vectors in contracts/vectors/Chequebook.json compare single payments with the contract. This test makes many payments in sequence.
  it.each(Array.from({ length: 50 }, (_, seed) => seed))('pays two payees correctly in run %i', (seed) => {
    const random = randoms(seed + 1)
    const key: Chequebook.SessionKey = { cap: 150n, spent: 0n, expiry: 10n }
    let [deposits, withdrawn] = [0n, 0n]
    const issuer = { ...account, deposit: 0n }
    const payees = [plain, { ...split, beneficiary: address('4') }].map((ends) => ({
      ends,
      state: { ...channel },
      credit: 0n,
    }))
    for (let step = 0; step < 200; step++) {
      const added = random(4)
      deposits += added
      const payee = payees[Number(random(2))] as (typeof payees)[number]
      const other = payees[payee === payees[0] ? 1 : 0] as (typeof payees)[number]
      if (random(3) === 0n) payee.state.hardDeposit += added
      else issuer.deposit += added
      // The issuer withdraws a part of its free deposit, but never a hard deposit.
      const withdrawal = random(5) === 0n ? random(Number(issuer.deposit) + 1) : 0n
      issuer.deposit -= withdrawal
      withdrawn += withdrawal
      const signer = random(2) === 0n ? 'issuer' : key
      const cheque = { ...payee.ends, cumulative: random(400) + 1n }
      const before = {
        paid: payee.state.paid,
        hard: other.state.hardDeposit,
        ...Chequebook.solvency({ account: issuer, channel: payee.state }),
      }
      const paid = Chequebook.payable({ cheque, signer, account: issuer, channel: payee.state, time: 9n })
      expect(paid.amount).toBeLessThanOrEqual(before.available)
      if (Chequebook.isRefused(paid.outcome)) expect(paid).toMatchObject({ amount: 0n, credit: 0n })
      if (paid.amount > 0n) expect(before.paid + paid.amount).toBeLessThanOrEqual(cheque.cumulative)
      const fromFree = paid.amount - payee.state.hardDeposit
      const fromHard = fromFree > 0n ? payee.state.hardDeposit : paid.amount
      payee.state.paid += paid.amount
      payee.state.hardDeposit -= fromHard
      issuer.deposit -= paid.amount - fromHard
      payee.credit += paid.credit
      if (typeof signer === 'object') key.spent += paid.amount
      if (!Chequebook.isRefused(paid.outcome)) payee.state.bouncedAt = paid.outcome === 'Bounced' ? 9n : 0n
      expect(other.state.hardDeposit).toBe(before.hard)
      expect(key.spent).toBeLessThanOrEqual(key.cap)
      expect(issuer.deposit).toBeGreaterThanOrEqual(0n)
    }
    const held = payees.reduce((sum, { state }) => sum + state.paid + state.hardDeposit, issuer.deposit)
    expect(held + withdrawn).toBe(deposits)
    expect(withdrawn).toBeGreaterThan(0n)
    expect(payees.map(({ credit }) => credit)).toEqual([0n, ((payees[1]?.state.paid ?? 0n) * 3_333n) / 10_000n])
    expect(payees.some(({ state }) => state.paid > 0n)).toBe(true)
  })
})
