import { parseEther, toHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Decision } from './Decision'
import { effectsOf } from './decisionText'
import { parametersOf, type Values } from './Parameter'

const to = toHex(0xabc, { size: 20 })
const bonding: Values = Object.fromEntries(parametersOf('bondingManager').map(({ name, min }) => [name, min]))
const set = (changes: Values): Decision => ({
  kind: 'parameters',
  contract: 'bondingManager',
  values: { ...bonding, ...changes },
})
const plain = (decision: Decision, before = { bondingManager: bonding }) =>
  effectsOf(decision, before).map((text) => text.replaceAll('\u00a0', ' '))

describe('effectsOf', () => {
  it('names each parameter that changes, with its old and its new value', () => {
    expect(plain(set({ unbondingPeriod: 216_000n, finderFee: 25_000n }))).toEqual([
      'UnbondingPeriod from 20 to 216,000 blocks',
      'FinderFee from 0 to 2.5 %',
    ])
    expect(plain(set({}))).toEqual(['No change of the parameters in “Stake”'])
  })

  it('names all new values if the old values are not known', () => {
    const texts = plain(set({}), {} as never)
    expect(texts).toHaveLength(11)
    expect(texts[0]).toBe('N to 1')
  })

  it('tells a payment from burning', () => {
    const amount = parseEther('1.5')
    expect(plain({ kind: 'payment', pool: 'LPT', to, amount })).toEqual([
      'Pay 1.5 LPT from the CommonPool to 0x0000…0abc',
    ])
    expect(plain({ kind: 'payment', pool: 'ETH', to: zeroAddress, amount })).toEqual(['Burn 1.5 ETH of the CommonPool'])
  })

  it('has no text for a call that the page does not know', () => {
    expect(plain({ kind: 'unknown', call: { target: to, value: 0n, data: '0x12' } })).toEqual([])
  })
})
