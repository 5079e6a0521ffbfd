import { describe, expect, it } from 'vitest'
import { parameters } from './Parameter'
import { changesOf, latestOf, type ParameterUpdate, valuesBefore } from './ParameterUpdate'

const set = (block: bigint, roundLength: bigint, contract: ParameterUpdate['contract'] = 'roundsManager') => ({
  ...{ contract, values: { roundLength, roundLockAmount: 100_000n }, block, transactionHash: `0x${block}` },
})
const updates = [set(1n, 30n), set(5n, 60n), set(6n, 7n, 'minter'), set(7n, 60n), set(9n, 20n)]
const roundLength = parameters.find(({ name }) => name === 'roundLength') as (typeof parameters)[number]

describe('the updates of a parameter', () => {
  it('give its changes, the last first, without the first value and without an update that keeps the value', () => {
    expect(changesOf(updates, roundLength)).toEqual([
      { block: 9n, from: 60n, to: 20n },
      { block: 5n, from: 30n, to: 60n },
    ])
  })

  it('give the values that were set last, and the values before a transaction', () => {
    expect(latestOf(updates, 'roundsManager').roundLength).toBe(20n)
    expect(valuesBefore(updates, '0x9').roundsManager.roundLength).toBe(60n)
    expect(valuesBefore(updates, '0x1').roundsManager).toEqual({})
    // A proposal without a change of parameters.
    expect(valuesBefore(updates, '0x8').roundsManager.roundLength).toBe(20n)
  })
})
