import { contractsOn } from '@lp/contracts/deployments'
import { concat, encodeFunctionData, type Hex, toHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import { callOf, type Decision, decisionOf } from './Decision'
import { contractNames, parametersOf, type Values } from './Parameter'

const contracts = contractsOn(localChainId)
const someone = toHex(7, { size: 20 })
const values = (contract: (typeof contractNames)[number]): Values =>
  Object.fromEntries(parametersOf(contract).map(({ name, min }, index) => [name, min + BigInt(index)]))

const decisions: readonly Decision[] = [
  ...contractNames.map((contract) => ({ kind: 'parameters', contract, values: values(contract) }) as const),
  { kind: 'payment', pool: 'LPT', to: someone, amount: 5n },
  { kind: 'payment', pool: 'ETH', to: zeroAddress, amount: 2n ** 255n },
  { kind: 'verifier', to: someone },
  { kind: 'randomness', to: someone },
]

describe('decisionOf', () => {
  it.each(decisions)('reads the call of $kind $contract $pool again', (decision) => {
    expect(decisionOf(callOf(decision, contracts), contracts)).toEqual(decision)
  })

  const { bondingManager, claimsManager, timelock } = contracts
  const payment = callOf(decisions[6] as Decision, contracts)
  const owner = encodeFunctionData({ ...bondingManager, functionName: 'transferOwnership', args: [someone] })
  it.each([
    ['a function that no vote may call', { ...payment, data: owner }],
    ['an address that is not a contract of the network', { ...payment, target: someone }],
    ['a contract without such a function', { ...payment, target: claimsManager.address }],
    ['a contract that no vote may call', { ...payment, target: timelock.address }],
    ['ether', { ...payment, value: 1n }],
    ['more bytes than the call needs', { ...payment, data: concat([payment.data, '0x00']) }],
    ['too few bytes', { ...payment, data: payment.data.slice(0, -2) as Hex }],
    [
      'an address with dirty bytes',
      { ...payment, data: `${payment.data.slice(0, 10)}ff${payment.data.slice(12)}` as Hex },
    ],
    ['no bytes', { ...payment, data: '0x' as Hex }],
  ])('does not know a call with %s', (_, call) => {
    expect(decisionOf(call, contracts)).toEqual({ kind: 'unknown', call })
  })
})
