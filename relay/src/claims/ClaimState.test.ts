import { zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { type ClaimRecord, isFinal, isLost, stateOf } from './ClaimState'

const open: ClaimRecord = {
  ...{ state: 1, fees: 7n, claimBlock: 100n, verificationDeadline: 140n, verdictDeadline: 160n },
  ...{ verificationRate: 5n, isSealed: false, blockHash: zeroHash, challenged: 0n, requested: 0n, passed: 0n },
}
const challenged = { isSealed: true, challenged: 2n }

describe('stateOf', () => {
  it.each([
    ['sent', { state: 0 }, 100n],
    ['claimed', {}, 101n],
    ['missed', {}, 139n],
    ['sealed', { ...challenged, requested: 1n }, 138n],
    ['missed', { ...challenged, requested: 1n }, 139n],
    ['disclosed', { ...challenged, requested: 2n, passed: 1n }, 158n],
    ['expired', { ...challenged, requested: 2n, passed: 1n }, 159n],
    ['verified', { ...challenged, requested: 2n, passed: 2n }, 500n],
    ['verified', { isSealed: true }, 102n],
    ['paid', { state: 2 }, 500n],
    ['refunded', { state: 3 }, 500n],
  ] as const)('says %s', (state, change, block) => {
    expect(stateOf({ ...open, ...change }, block)).toBe(state)
  })

  it('tells what is over from what only we cannot change', () => {
    expect(['paid', 'refunded', 'missed'].map((state) => isFinal(state as 'paid'))).toEqual([true, true, false])
    expect(['paid', 'refunded', 'missed'].map((state) => isLost(state as 'paid'))).toEqual([false, true, true])
  })
})
