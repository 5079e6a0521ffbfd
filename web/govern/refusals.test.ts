import { contractsOn } from '@lp/contracts/deployments'
import { type Abi, type AbiParameter, ContractFunctionRevertedError, encodeErrorResult, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import { callOf } from './Intent'
import { refusalOf, refusals } from './refusals'

const contracts = contractsOn(localChainId)
const { abi } = callOf({ kind: 'propose', decisions: [], text: '', proposer: zeroAddress }, contracts)
const errors = abi.filter((item) => item.type === 'error')

/** Errors of the governor and the timelock that no transaction of this page can cause. */
const othersErrors = [
  ...['GovernorDisabledDeposit', 'GovernorInvalidProposalLength', 'GovernorInvalidSignature'],
  ...['GovernorInvalidVoteParams', 'GovernorInvalidVoteType', 'GovernorInvalidVotingPeriod', 'GovernorOnlyExecutor'],
  ...['GovernorProposalQueueingFailed', 'GovernorProposalQueueingNotRequired', 'TimelockInsufficientDelay'],
  ...['TimelockInvalidOperationLength', 'TimelockUnauthorizedCaller', 'TimelockUnexecutedPredecessor'],
]

const sample = ({ type, name }: AbiParameter) => {
  if (type === 'address') return zeroAddress
  if (type === 'string') return 'finderFee'
  if (type === 'bytes32' || type === 'bytes4') return `0x${'00'.repeat(type === 'bytes4' ? 4 : 32)}`
  return type === 'uint8' ? 1 : name === 'min' ? 0n : 12n
}

function revert(name: string, args?: readonly unknown[]) {
  const error = errors.find((candidate) => candidate.name === name)
  if (!error) throw new TypeError(`No contract has the error ${name}.`)
  const item = { abi: [error], errorName: name, args: args ?? error.inputs.map(sample) }
  const data = encodeErrorResult(item as never)
  return new ContractFunctionRevertedError({ abi: abi as Abi, data, functionName: 'propose' })
}

describe('refusals', () => {
  it('have a sentence for each error of the governor and the timelock that this page can cause', () => {
    const names = errors.map(({ name }) => name).filter((name) => /^(Governor|Timelock)/.test(name))
    const sorted = [...Object.keys(refusals), ...othersErrors]
    expect([...new Set(names)].filter((name) => !sorted.includes(name))).toEqual([])
    expect(sorted.filter((name) => !errors.some((error) => error.name === name))).toEqual([])
  })

  it.each(Object.keys(refusals))('have a sentence and a next step for %s', (name) => {
    const { sentence, nextStep } = refusalOf(revert(name))
    expect(sentence).toMatch(/^[A-Z0].*\.$/)
    expect(nextStep).toMatch(/\.$/)
    expect(sentence + nextStep).not.toMatch(/undefined|NaN|Invalid/)
    expect(sentence).not.toContain(name)
  })

  it('name the bounds of a parameter in its unit', () => {
    const error = revert('ParameterOutOfBounds', ['unbondingPeriod', 30n, 61n, 2n ** 256n - 1n])
    expect(refusalOf(error).sentence.replaceAll('\u00a0', ' ')).toBe(
      'UnbondingPeriod cannot be 30 blocks: together with the other parameters, it must be at least 61 blocks.',
    )
  })
})
