import { describe, expect, it } from 'vitest'
import * as ClaimState from './ClaimState'

const open: ClaimState.Facts = {
  ...{ status: 'Open', isSealed: false, challenged: 0n, requested: 0n, passed: 0n, refused: 0n },
  ...{ verificationDeadline: 140n, verdictDeadline: 160n },
}
const challenged = { isSealed: true, challenged: 2n }

describe('at', () => {
  it.each([
    ['sent', { status: 'None' }, 101n],
    ['claimed', {}, 102n],
    ['claimed', {}, 139n],
    ['missed', {}, 140n],
    ['sealed', { ...challenged, requested: 1n }, 139n],
    ['missed', { ...challenged, requested: 1n }, 140n],
    ['disclosed', { ...challenged, requested: 2n, passed: 1n }, 159n],
    ['expired', { ...challenged, requested: 2n, passed: 1n }, 160n],
    ['verified', { ...challenged, requested: 2n, passed: 2n }, 501n],
    ['verified', { isSealed: true }, 103n],
    ['disclosed', { ...challenged, requested: 2n, passed: 1n, refused: 1n }, 159n],
    ['verified', { ...challenged, requested: 2n, passed: 1n, refused: 1n }, 160n],
    ['expired', { ...challenged, requested: 2n, passed: 0n, refused: 1n }, 160n],
    ['forfeited', { isExpelled: true }, 102n],
    ['forfeited', { isSealed: true, isExpelled: true }, 103n],
    ['paid', { status: 'Paid', isExpelled: true }, 501n],
    ['paid', { status: 'Paid' }, 501n],
    ['refunded', { status: 'Refunded' }, 501n],
  ] as const)('gives %s for a claim that is like `open` except for %o, in block %s', (state, change, block) => {
    expect(ClaimState.at({ ...open, ...change }, block)).toBe(state)
  })
})

describe('isFinal and isLost', () => {
  it('say which states are final, and in which states the transcoder can no longer get the fees', () => {
    const states = ['paid', 'refunded', 'missed', 'expired', 'verified'] as const
    expect(states.filter(ClaimState.isFinal)).toEqual(['paid', 'refunded'])
    expect(states.filter(ClaimState.isLost)).toEqual(['refunded', 'missed', 'expired'])
  })
})

describe('a number on chain', () => {
  it('is converted to the name of a status, a refund reason or an offence', () => {
    expect([0, 1, 2, 3].map(ClaimState.statusOf)).toEqual(['None', 'Open', 'Paid', 'Refunded'])
    expect([1, 4].map(ClaimState.refundReasonOf)).toEqual(['Unavailable', 'Equivocation'])
    expect(ClaimState.offenceOf(1)).toBe('MissedVerification')
    expect(ClaimState.fromChain({ state: 2, fees: 7n })).toEqual({ status: 'Paid', fees: 7n })
  })

  it('causes an UnknownNumberError if it has no name', () => {
    expect(() => ClaimState.statusOf(4)).toThrowErrorMatchingInlineSnapshot(`
      [ClaimState.UnknownNumberError: The contract gave a number that has no name.
      Number: 4
      Names: None, Open, Paid, Refunded]
    `)
  })
})
