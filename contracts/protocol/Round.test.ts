import { describe, expect, it } from 'vitest'
import * as Round from './Round'

const terms = {
  ...{ block: 112n, number: 7n, initialized: true, startBlock: 100n, length: 30n, lockAmount: 100_000n },
  initializedRounds: 3n,
}
const round = Round.create(terms)

describe('create', () => {
  it('gives the first block of the lock period, and the first block of the next round', () => {
    expect(round).toEqual({
      ...{ number: 7n, initialized: true, locked: false, startBlock: 100n, lockBlock: 127n, endBlock: 130n },
    })
  })

  it('locks rates in the lock period, and while the round is not initialized', () => {
    const isLocked = (change: Partial<typeof terms>) => Round.create({ ...terms, ...change }).locked
    expect([126n, 127n, 129n].map((block) => isLocked({ block }))).toEqual([false, true, true])
    expect(isLocked({ initialized: false })).toBe(true)
  })

  it('does not lock rates before the first round of the network is initialized', () => {
    const { locked } = Round.create({ ...terms, block: 129n, initialized: false, initializedRounds: 0n })
    expect(locked).toBe(false)
  })
})

describe('startBlockOf and numberAt', () => {
  it('count rounds of the same length from a given round', () => {
    expect([7n, 8n, 12n].map((number) => Round.startBlockOf(round, number))).toEqual([100n, 130n, 250n])
    expect([100n, 129n, 130n, 250n].map((block) => Round.numberAt(round, block))).toEqual([7n, 7n, 8n, 12n])
  })
})

describe('canInitialize', () => {
  it('is true from the second block of the round on, until an account has initialized the round', () => {
    const next = { ...round, initialized: false }
    expect([100n, 101n].map((block) => Round.canInitialize(next, block))).toEqual([false, true])
    expect(Round.canInitialize(round, 101n)).toBe(false)
  })
})
