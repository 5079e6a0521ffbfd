import { contractsOn } from '@lp/contracts/deployments'
import { type Abi, type AbiParameter, ContractFunctionRevertedError, encodeErrorResult, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import { refusalOf, refusals } from './refusals'

const { genesisClaim, bondingManager, roundsManager } = contractsOn(localChainId)
const abi = [...genesisClaim.abi, ...bondingManager.abi, ...roundsManager.abi] as Abi
const errors = abi.filter((item) => item.type === 'error')

const sample = ({ type }: AbiParameter) => (type === 'address' ? zeroAddress : 1_798_700_000n)

function revert(name: string) {
  const error = errors.find((candidate) => candidate.name === name)
  if (!error) throw new TypeError(`No contract has the error ${name}.`)
  const item = { abi: [error], errorName: name, args: error.inputs.map(sample) }
  return new ContractFunctionRevertedError({ abi, data: encodeErrorResult(item as never), functionName: 'claim' })
}

describe('refusals', () => {
  it('have a sentence for each error of the claim', () => {
    const own = ['AlreadyClaimed', 'NotAllocated', 'ClaimsClosed', 'ClaimsOpen', 'NothingUnclaimed']
    expect(genesisClaim.abi.flatMap((item) => (item.type === 'error' ? [item.name] : []))).toEqual(
      expect.arrayContaining(own),
    )
    expect(Object.keys(refusals)).toEqual(expect.arrayContaining(own))
  })

  it.each(Object.keys(refusals))('have a sentence and a next step for %s', (name) => {
    const { sentence, nextStep } = refusalOf(revert(name))
    expect(sentence).toMatch(/^[A-Z0].*\.$/)
    expect(nextStep).toMatch(/\.$/)
    expect(sentence + nextStep).not.toMatch(/undefined|NaN|Invalid/)
    expect(sentence).not.toContain(name)
  })

  it('say until when allocations could be claimed, with the year', () => {
    expect(refusalOf(revert('ClaimsClosed')).sentence).toMatch(/until 31 December 2026/)
  })
})
