import { InsufficientFundsError, UserRejectedRequestError } from 'viem'
import { describe, expect, it } from 'vitest'
import { NoWalletError } from '../wallet/NoWalletError'
import { refusalOf } from './refusalOf'
import { TransactionError } from './TransactionError'

const failed = (stage: 'unsent' | 'sent' | 'reverted', cause: unknown) =>
  new TransactionError({ functionName: 'bond', stage, cause })

describe('refusalOf', () => {
  it('names the network fee when the wallet has no ether', () => {
    const { sentence } = refusalOf(failed('unsent', new InsufficientFundsError()), {})
    expect(sentence).toBe('The wallet holds too little ether for the network fee.')
  })

  it('says that nothing was paid when the person declines', () => {
    const declined = new UserRejectedRequestError(new TypeError('no'))
    expect(refusalOf(failed('unsent', declined), {}).nextStep).toContain('Nothing was paid.')
  })

  it('tells the person to check the result in the wallet when the page does not know it', () => {
    expect(refusalOf(failed('sent', new TypeError('away')), {}).nextStep).toContain('check in your wallet')
  })

  it('says that a failed transaction costs the network fee', () => {
    expect(refusalOf(failed('reverted', undefined), {}).nextStep).toContain('You paid the network fee only.')
  })

  it('tells the person to connect a disconnected wallet', () => {
    expect(refusalOf(failed('unsent', new NoWalletError()), {}).nextStep).toContain('Connect the wallet')
  })
})
