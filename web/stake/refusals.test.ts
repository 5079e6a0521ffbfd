import { contractsOn } from '@lp/contracts/deployments'
import { type AbiParameter, ContractFunctionRevertedError, encodeErrorResult, parseEther, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import type { Round } from './Round'
import { refusalOf, refusals } from './refusals'

const clock = { block: 112n, timeMs: Date.now(), blockTimeMs: 2_000 }
const round: Round = {
  ...{ number: 7n, startBlock: 100n, length: 30n, lockBlock: 127n, isInitialized: true, count: 3n, clock },
}
const { bondingManager, roundsManager } = contractsOn(localChainId)
const errors = [...bondingManager.abi, ...roundsManager.abi].filter((item) => item.type === 'error')

const sample = ({ type }: AbiParameter) => (type === 'address' ? zeroAddress : 12n)

/** As a call that a contract has refused. */
function revert(name: string, args?: readonly unknown[]) {
  const error = errors.find((candidate) => candidate.name === name)
  if (!error) throw new TypeError(`No contract knows ${name}.`)
  const item = { abi: [error], errorName: name, args: args ?? error.inputs.map(sample) }
  const data = encodeErrorResult(item as never)
  return new ContractFunctionRevertedError({ abi: bondingManager.abi, data, functionName: 'bond' })
}

describe('refusalOf', () => {
  it.each(Object.keys(refusals))('tells %s, by the name that the contracts have for it', (name) => {
    const { sentence, nextStep } = refusalOf(revert(name), round)
    expect(sentence).toMatch(/^[A-Z0].*\.$/)
    expect(nextStep).toMatch(/\.$/)
    expect(sentence + nextStep).not.toMatch(/undefined|NaN|Invalid/)
    expect(sentence).not.toContain(name)
  })

  it('says how much there is', () => {
    const error = revert('InsufficientStake', [parseEther('9'), parseEther('7.5')])
    expect(refusalOf(error, round).sentence).toBe('You have 7.5 LPT at stake, which is less than that.')
  })

  it('names every other refusal', () => {
    expect(refusalOf(revert('RatesLocked'), round).sentence).toBe('The contract refused: RatesLocked.')
  })
})
