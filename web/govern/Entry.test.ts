import { getAddress, parseEther, toHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Decision } from './Decision'
import * as Entry from './Entry'
import { contractNames, parametersOf, type Values } from './Parameter'

const latest = Object.fromEntries(
  contractNames.map((name) => [
    name,
    Object.fromEntries(parametersOf(name).map((parameter) => [parameter.name, parameter.min])),
  ]),
) as Parameters<typeof Entry.decisionOf>[1]
const account = getAddress(toHex(0xabcdef, { size: 20 }))
/** One letter has the wrong case. */
const mistyped = account.replace(/[A-F]/, (letter) => letter.toLowerCase())
const read = (entry: Partial<Entry.Entry>) => Entry.decisionOf({ ...Entry.empty, ...entry }, latest)

describe('decisionOf', () => {
  it('reads a parameter, and keeps the other parameters of its contract', () => {
    const values: Values = { ...latest.bondingManager, finderFee: 25_000n }
    expect(read({ parameter: 'bondingManager.finderFee', value: '2.5' })).toEqual({
      decision: { kind: 'parameters', contract: 'bondingManager', values },
    })
  })

  it.each([
    ['19', 'Enter a number from 20 to 10,000,000 blocks.'],
    ['10000001', 'Enter a number from 20 to 10,000,000 blocks.'],
    ['a week', 'Enter a number from 20 to 10,000,000 blocks.'],
    ['20', 'The parameter has this value already.'],
  ])('refuses the unbonding period %s', (value, problem) => {
    expect(read({ parameter: 'bondingManager.unbondingPeriod', value })).toEqual({ field: 'value', problem })
  })

  it('reads payments, burning, and new seats', () => {
    const amount = parseEther('2')
    const payment = { kind: 'payment', pool: 'ETH', to: account, amount: '2' } as const
    expect(read(payment)).toEqual({ decision: { ...payment, amount } })
    expect(read({ kind: 'burning', amount: '2' })).toEqual({
      decision: { kind: 'payment', pool: 'LPT', to: zeroAddress, amount },
    })
    expect(read({ kind: 'verifier', to: ` ${account} ` })).toEqual({ decision: { kind: 'verifier', to: account } })
    expect(read({ kind: 'randomness', to: account.toLowerCase() })).toEqual({
      decision: { kind: 'randomness', to: account },
    })
  })

  it.each([
    [{ kind: 'parameter' }, 'parameter', /^Choose a parameter/],
    [{ kind: 'payment', amount: '1,000', to: account }, 'amount', /^Do you mean/],
    [{ kind: 'payment', amount: '0', to: account }, 'amount', /^Enter an amount/],
    [{ kind: 'payment', amount: '1', to: zeroAddress }, 'to', /^Enter an address/],
    [{ kind: 'payment', amount: '1', to: mistyped }, 'to', /^Enter an address/],
    [{ kind: 'verifier', to: '0x12' }, 'to', /^Enter an address/],
  ] as const)('refuses %o', (entry, field, problem) => {
    expect(read(entry)).toEqual({ field, problem: expect.stringMatching(problem) })
  })
})

describe('add', () => {
  const change = (contract: 'bondingManager' | 'minter', values: Values): Decision => ({
    ...{ kind: 'parameters', contract, values: { ...latest[contract], ...values } },
  })

  it('merges the changes of one contract into one call, and keeps the calls of other contracts apart', () => {
    const first = Entry.add([], change('bondingManager', { finderFee: 5n }), latest)
    const second = Entry.add(first, change('minter', { maxInflation: 9n }), latest)
    const third = Entry.add(second, change('bondingManager', { poolSize: 7n }), latest)
    expect(third).toEqual([
      change('bondingManager', { finderFee: 5n, poolSize: 7n }),
      change('minter', { maxInflation: 9n }),
    ])
  })

  it('adds each payment as a call of its own', () => {
    const payment: Decision = { kind: 'payment', pool: 'LPT', to: account, amount: 1n }
    expect(Entry.add([payment], payment, latest)).toEqual([payment, payment])
  })
})
