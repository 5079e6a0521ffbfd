import { expect, it } from 'vitest'
import { type PaymentFacts, stateOf } from './PaymentState'

const paying: PaymentFacts = {
  ...{ weiPerByte: 5n, maxWeiPerByte: 5n, isRefused: false, isElsewhere: false, problem: undefined },
  ...{ isAuthorised: true, expiry: 1_000_000n, nowSeconds: 1_000n, limitLeft: 500n, depositLeft: 900n, step: 100n },
  ...{ isShort: false, refusal: undefined, keysPerMinute: 0n, isAccepted: false },
}

it.each<[string, string, Partial<PaymentFacts>]>([
  ['paying', 'the deposit and the limit leave enough', {}],
  ['paying', 'a relay is busy', { refusal: 'busy' }],
  ['paying', 'little is left, and no payment was due', { limitLeft: 50n }],
  ['free', 'no relay asks for money, whatever the deposit is', { weiPerByte: 0n, depositLeft: 0n }],
  ['free', 'a relay refuses bytes and names no price, so there is nothing to pay', { weiPerByte: 0n, isRefused: true }],
  ['elsewhere', 'another tab pays', { isElsewhere: true }],
  ['failed', 'the browser cannot store cheques', { problem: { sentence: 'No.', nextStep: 'Yes.' } }],
  [
    'failed',
    'the code of payments cannot be loaded, and the picture waits, although no price is known',
    { weiPerByte: 0n, isRefused: true, isAuthorised: false, problem: { sentence: 'No.', nextStep: 'Yes.' } },
  ],
  ['allowance', 'the viewer does not pay', { isAuthorised: false }],
  ['unpaid', 'the viewer does not pay, and the relay waits', { isAuthorised: false, isRefused: true }],
  ['unpaid', 'the stream is paid, and this browser has no deposit', { keysPerMinute: 9n, isAuthorised: false }],
  ['unpaid', 'the stream is paid, and the person has not agreed yet', { keysPerMinute: 9n, weiPerByte: 0n }],
  ['paying', 'the stream is paid, and the person has agreed', { keysPerMinute: 9n, weiPerByte: 0n, isAccepted: true }],
  [
    'dear',
    'the picture waits for bytes that cost more than the person has accepted',
    { weiPerByte: 6n, isRefused: true },
  ],
  ['paying', 'a relay has raised its price, and the picture does not wait', { weiPerByte: 6n }],
  ['expired', 'the session key ends within an hour', { nowSeconds: 997_000n }],
  ['limit', 'the limit is spent', { limitLeft: 0n }],
  ['limit', 'the limit does not cover the payment that is due', { limitLeft: 99n, isShort: true }],
  ['empty', 'the deposit is spent', { limitLeft: 500n, depositLeft: 0n }],
  ['empty', 'the deposit does not cover the payment that is due', { depositLeft: 99n, isShort: true }],
  [
    'empty',
    'there is no limit, and the deposit does not cover the payment that is due',
    { limitLeft: undefined, depositLeft: 99n, isShort: true },
  ],
  ['empty', 'a relay says that the deposit is too small', { refusal: 'insolvent' }],
  ['conflict', 'a relay holds a newer cheque', { refusal: 'lower' }],
])('is `%s` if %s', (state, _, change) => {
  expect(stateOf({ ...paying, ...change })).toBe(state)
})
