import { describe, expect, it } from 'vitest'
import { noChoice } from '../payments/PaymentChoice'
import type { PaymentSnapshot } from '../payments/PaymentSnapshot'
import { paymentStates } from '../payments/PaymentState'
import { noticeOf, statusWords } from './stateText'

const paying: PaymentSnapshot = {
  ...{ state: 'paying', problem: undefined, weiPerByte: 1n, perMinute: 10n ** 14n, spent: 0n, promised: 10n ** 14n },
  ...{ keysPerMinute: 0n, isAccepted: false, earned: 0n, left: 10n ** 15n, minutesLeft: 10, choice: noChoice },
}

describe('noticeOf', () => {
  it('offers a paid stream at its price', () => {
    expect(noticeOf({ ...paying, state: 'unpaid', keysPerMinute: 10n ** 14n })).toEqual({
      sentence: 'This stream costs 0.0001 ETH a minute.',
      nextStep: 'You pay for each ten seconds before you see them, and you can stop at any time.',
      action: 'watch',
    })
  })

  it('says nothing while there is nothing to do', () => {
    for (const state of ['free', 'allowance', 'paying'] as const) expect(noticeOf({ ...paying, state })).toBeUndefined()
    expect(noticeOf({ ...paying, minutesLeft: undefined })).toBeUndefined()
  })

  it('warns before the deposit or the limit is used up', () => {
    expect(noticeOf({ ...paying, minutesLeft: 4.9 })?.sentence).toBe('Your deposit lasts about 4 minutes more.')
    expect(noticeOf({ ...paying, minutesLeft: 1.5 })?.sentence).toBe('Your deposit lasts about a minute more.')
    const choice = { ...noChoice, limitWei: 2n * 10n ** 14n }
    expect(noticeOf({ ...paying, left: 10n ** 14n, minutesLeft: 0.5, choice })).toEqual({
      sentence: 'Your limit lasts less than a minute more.',
      nextStep: 'Raise the limit to go on.',
      action: 'limit',
    })
  })

  it('has a sentence and a next step for each other state', () => {
    const problem = { sentence: 'The disk is full.', nextStep: 'Free some space.' }
    for (const state of paymentStates.slice(4)) expect(noticeOf({ ...paying, state, problem })).toBeDefined()
    expect(noticeOf({ ...paying, state: 'failed', problem })).toEqual({ ...problem, action: 'deposit' })
    expect(noticeOf({ ...paying, state: 'unpaid' })?.nextStep).toContain('at most 0.0001 ETH a minute')
    expect(Object.keys(statusWords)).toEqual([...paymentStates])
  })
})
