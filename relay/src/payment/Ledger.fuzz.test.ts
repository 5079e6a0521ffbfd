import { expect, test } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { maxAdvance, Twins, threshold } from '../../testbeds/ledgers'

const steps = 1_500
const runs = seeds(250)

/** Runs two ledgers with random events. `tolerance`: the largest amount that a creditor gives up after a broken connection. */
function run(seed: number, tolerance: bigint) {
  const random = randomFrom(seed)
  const credits = [0n, 100n, threshold].flatMap((one) => [0n, threshold].map((other) => [one, other] as const))
  const twins = new Twins(random, { tolerance, credits: credits[seed % credits.length] as readonly [bigint, bigint] })
  for (let step = 0; step < steps; step++) {
    twins.step()
    for (const { ledger, total, mostReserved, mostSent } of twins.sides) {
      const isWithin = mostReserved <= ledger.credit && mostSent <= ledger.cutAt
      // The debt is computed from the history, without the ledger. If creditors give up nothing, the debt after gifts never exceeds the credit.
      const debt = total.sent + ledger.reserved - total.received - total.collected - total.forgave
      if (!isWithin || (tolerance === 0n && debt > ledger.credit)) throw new RangeError(`seed ${seed}, step ${step}`)
    }
  }
  return twins
}

test(`two ledgers have opposite balances when no message is on its way, after ${runs.length} random histories with broken connections`, () => {
  let breaks = 0
  for (const seed of runs) {
    const twins = run(seed, 10n ** 9n)
    twins.settle()
    breaks += twins.breaks
    expect({ seed, sum: twins.one.ledger.balance + twins.other.ledger.balance }).toEqual({ seed, sum: 0n })
    expect([twins.one.ledger.pending, twins.other.ledger.pending]).toEqual([0n, 0n])
  }
  expect(breaks).toBeGreaterThan(runs.length)
})

test('if creditors give up nothing, a creditor never counts a smaller debt than the debtor counts; a payer loses at most one advance payment', () => {
  let wasDifferent = false
  for (const seed of runs) {
    const twins = run(seed, 0n)
    twins.settle()
    const sum = twins.one.ledger.balance + twins.other.ledger.balance
    expect({ seed, isLess: sum < 0n }).toEqual({ seed, isLess: false })
    wasDifferent ||= sum > 0n
    for (const side of twins.sides)
      expect({ seed, isMore: twins.lossOf(side) > maxAdvance }).toEqual({ seed, isMore: false })
  }
  expect(wasDifferent).toBe(true)
})
